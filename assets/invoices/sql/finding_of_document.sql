-- Grain: one open finding about a document that a person closes. Inputs: ledger.document; $document_ids.
SELECT finding.rowid AS finding_row
FROM ledger.document AS document
JOIN ledger.finding AS finding ON finding.import_id = document.import_id
                              AND finding.movement_reference = CAST(document.document_id AS VARCHAR)
WHERE document.document_id IN (SELECT unnest($document_ids)) AND finding.resolution IS NULL
