-- Grain: one document of a delivery. Inputs: ledger.document, ledger.delivered_file, ledger.delivery, ledger.file_import,
-- ledger.registration, ledger.registration_part. Parameter: delivery_key. Order: document_id. account_codes are those
-- of the cost, rule_kinds how they were found, run_id is the run that registered it.
SELECT document.document_id, document.status, import.source_file, document.position, document.company_code,
       document.counterparty_code, document.supplier_name, document.document_type, document.document_number,
       document.document_date, document.currency_code, document.payable_amount, document.reason_codes,
       registration.registered_by, registration.accounting_date, registration.entry_id,
       string_agg(DISTINCT part.account_code, ' ' ORDER BY part.account_code) AS account_codes,
       string_agg(DISTINCT part.vat_code, ' ' ORDER BY part.vat_code) AS vat_codes,
       string_agg(DISTINCT part.rule_kind, ' ' ORDER BY part.rule_kind) AS rule_kinds,
       registration.run_id,
       'I' || document.import_id AS import_number
FROM ledger.delivery AS delivery
JOIN ledger.delivered_file AS file USING (delivery_id)
JOIN ledger.file_import AS import USING (import_id)
JOIN ledger.document AS document USING (import_id)
LEFT JOIN ledger.registration AS registration
       ON registration.document_id = document.document_id AND registration.undone_at IS NULL
LEFT JOIN ledger.registration_part AS part USING (registration_id)
WHERE delivery.delivery_key = $delivery_key
GROUP BY ALL
ORDER BY document.document_id
