-- Grain: one document of a delivered file. Inputs: ledger.document, ledger.registration. Parameters: import_id, limit
-- (null = none). Order: position.
SELECT document.document_id, document.position, document.status, document.supplier_name, document.document_number,
       document.document_date, document.currency_code, document.payable_amount, document.reason_codes,
       registration.entry_id
FROM ledger.document AS document
LEFT JOIN ledger.registration AS registration
       ON registration.document_id = document.document_id AND registration.undone_at IS NULL
WHERE document.import_id = $import_id
ORDER BY document.position
LIMIT $limit
