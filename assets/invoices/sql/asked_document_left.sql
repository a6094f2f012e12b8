-- Grain: one document that a person asked to register, that came in one of these deliveries and is still to register.
-- Inputs: ledger.document, ledger.delivered_file, ledger.delivery; $document_ids, $delivery_keys. Order: document_id.
SELECT document.document_id
FROM ledger.document AS document
SEMI JOIN (
    SELECT file.import_id
    FROM ledger.delivered_file AS file
    JOIN ledger.delivery AS delivery USING (delivery_id)
    WHERE delivery.delivery_key IN (SELECT unnest($delivery_keys))
) AS delivered USING (import_id)
WHERE document.document_id IN (SELECT unnest($document_ids)) AND document.status = 'to_register'
ORDER BY document.document_id
