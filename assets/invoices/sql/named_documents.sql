-- Grain: one row: how many documents of done deliveries received before a moment (UTC) say more of people than accounting needs (those that
-- blank_documents would change). Inputs: ledger.document, ledger.delivered_file, ledger.delivery; $kept_from.
SELECT count(*) AS named_document_count
FROM ledger.document
WHERE import_id IN (
    SELECT part.import_id
    FROM ledger.delivered_file AS part
    JOIN ledger.delivery AS delivery USING (delivery_id)
    WHERE delivery.status = 'done' AND delivery.received_at < $kept_from)
  AND coalesce(supplier_name, supplier_address, customer_name, supplier_tax_code, customer_tax_code, payee_name, payee_identifiers,
               payee_ibans) IS NOT NULL
