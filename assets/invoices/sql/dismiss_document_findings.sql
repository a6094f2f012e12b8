-- Grain: one open finding about a document that a person closes. Inputs: ledger.document; $document_ids.
UPDATE ledger.finding AS finding
SET resolution = 'dismissed', resolved_at = $now, resolved_by = $who, resolved_reason = $reason
FROM ledger.document AS document
WHERE document.document_id IN (SELECT unnest($document_ids)) AND finding.import_id = document.import_id
  AND finding.movement_reference = CAST(document.document_id AS VARCHAR) AND finding.resolution IS NULL
