-- Grain: one open finding that kept a document out which is registered again. Inputs: ledger.document; $document_id, $now, $who, $reason.
UPDATE ledger.finding AS finding
SET resolution = 'mended', resolved_at = $now, resolved_by = $who, resolved_reason = $reason
FROM ledger.document AS document
WHERE document.document_id = $document_id AND finding.import_id = document.import_id AND finding.severity = 'ERROR'
  AND finding.movement_reference = CAST(document.document_id AS VARCHAR) AND finding.resolution IS NULL
