-- Grain: one open finding that kept a document out which is registered again. Inputs: ledger.document; $document_id, $now, $who, $reason.
SELECT finding.rowid AS finding_row
FROM ledger.document AS document
JOIN ledger.finding AS finding ON finding.import_id = document.import_id
                              AND finding.movement_reference = CAST(document.document_id AS VARCHAR)
WHERE document.document_id = $document_id AND finding.severity = 'ERROR' AND finding.resolution IS NULL
