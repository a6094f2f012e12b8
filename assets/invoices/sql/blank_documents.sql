-- Grain: one document of a done delivery received before a moment (UTC), without what says more of people than accounting needs:
-- names, addresses and tax codes. Numbers, dates, amounts and hashes stay; the supplier who was recognised does too, and his VAT number and
-- registrations. Input: $kept_from.
UPDATE ledger.document
SET supplier_name = NULL, supplier_address = NULL, customer_name = NULL, supplier_tax_code = NULL, customer_tax_code = NULL,
    payee_name = NULL, payee_identifiers = NULL, payee_ibans = NULL,
    supplier_identifiers = nullif(trim(regexp_replace(supplier_identifiers, 'TAX:\S+ ?', '', 'g')), ''),
    registration_key = CASE WHEN counterparty_code IS NOT NULL THEN registration_key END
WHERE import_id IN (
    SELECT part.import_id
    FROM ledger.delivered_file AS part
    JOIN ledger.delivery AS delivery USING (delivery_id)
    WHERE delivery.status = 'done' AND delivery.received_at < $kept_from)
