-- Grain: one document that a person closes without registering it. Input: $document_ids.
UPDATE ledger.document
SET status = $status, closed_at = $now, closed_by = $who, closed_reason = $reason
WHERE document_id IN (SELECT unnest($document_ids))
