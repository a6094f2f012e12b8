-- Grain: one document that somebody named, as it stands. Inputs: ledger.document, ledger.registration; $document_ids.
SELECT document.document_id, document.import_id, document.status, document.company_code, document.closed_at,
       document.closed_by, registration.entry_id
FROM ledger.document AS document
LEFT JOIN ledger.registration AS registration
       ON registration.document_id = document.document_id AND registration.undone_at IS NULL
WHERE document.document_id IN (SELECT unnest($document_ids))
ORDER BY document.document_id
