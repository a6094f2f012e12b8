-- Grain: one open finding that asked what a person answered now. Inputs: ledger.document, ledger.document_question; $document_id,
-- $other_document_id, $now, $who, $reason.
UPDATE ledger.finding AS finding
SET resolution = 'dismissed', resolved_at = $now, resolved_by = $who, resolved_reason = $reason
FROM ledger.document AS document
JOIN ledger.document_question AS asked USING (document_id)
WHERE document.document_id = $document_id AND asked.other_document_id = $other_document_id
  AND finding.import_id = document.import_id AND finding.movement_reference = CAST(document.document_id AS VARCHAR)
  AND finding.finding_code = asked.finding_code AND finding.resolution IS NULL
