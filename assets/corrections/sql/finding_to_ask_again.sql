-- Grain: one finding of a document that an answer ended, which is withdrawn. Inputs: ledger.document; $document_id, $answered_at.
SELECT finding.rowid AS finding_row
FROM ledger.document AS document
JOIN ledger.finding AS finding ON finding.import_id = document.import_id
                              AND finding.movement_reference = CAST(document.document_id AS VARCHAR)
WHERE document.document_id = $document_id AND finding.resolution = 'dismissed' AND finding.resolved_at = $answered_at
