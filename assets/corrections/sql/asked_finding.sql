-- Grain: one open finding that asked what a person answered now. Inputs: ledger.document, ledger.document_question; $document_id,
-- $other_document_id, $now, $who, $reason.
SELECT finding.rowid AS finding_row
FROM ledger.document AS document
JOIN ledger.document_question AS asked USING (document_id)
JOIN ledger.finding AS finding ON finding.import_id = document.import_id AND finding.finding_code = asked.finding_code
                              AND finding.movement_reference = CAST(document.document_id AS VARCHAR)
WHERE document.document_id = $document_id AND asked.other_document_id = $other_document_id AND finding.resolution IS NULL
