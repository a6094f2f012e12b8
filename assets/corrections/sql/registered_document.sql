-- Grain: one document that somebody named, with the registration in force if it has one, and its supplier (null if the registry knows
-- that code no more: he may have another one now). Inputs: ledger.document, ledger.registration, ledger.counterparty,
-- ledger.reference_file; $document_id.
SELECT document.document_id, document.import_id, document.status, document.company_code,
       (SELECT min(registry.counterparty_code) FROM ledger.counterparty AS registry
        WHERE registry.version = (SELECT max(version) FROM ledger.reference_file WHERE file_name = 'counterparties.csv')
          AND registry.counterparty_code = document.counterparty_code) AS counterparty_code,
       document.identity_number, document.corrected_numbers, document.closed_at, document.closed_by,
       registration.registration_id, registration.entry_id, registration.accounting_date
FROM ledger.document AS document
LEFT JOIN ledger.registration AS registration
       ON registration.document_id = document.document_id AND registration.undone_at IS NULL
WHERE document.document_id = $document_id
