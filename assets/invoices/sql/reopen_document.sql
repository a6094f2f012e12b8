-- Grain: one document whose registration was undone; it is to register again. Inputs: $document_id.
UPDATE ledger.document
SET status = 'to_register', closed_at = NULL, closed_by = NULL, closed_reason = NULL
WHERE document_id = $document_id
