-- Grain: one finding of a document that an answer ended, which is withdrawn. Inputs: ledger.document; $document_id, $answered_at.
UPDATE ledger.finding AS finding
SET resolution = NULL, resolved_at = NULL, resolved_by = NULL, resolved_reason = NULL
FROM ledger.document AS document
WHERE document.document_id = $document_id AND finding.import_id = document.import_id
  AND finding.movement_reference = CAST(document.document_id AS VARCHAR)
  AND finding.resolution = 'dismissed' AND finding.resolved_at = $answered_at
