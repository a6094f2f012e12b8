-- Grain: one import that a person closed although part of it is not in the ledger.
UPDATE ledger.file_import
SET status = 'dismissed', closed_at = $now, closed_by = $who, closed_reason = $reason
WHERE import_id = $import_id AND status IN ('failed', 'incomplete')
