-- Grain: one import that is deleted. It stays visible, under a key of its own, so that the file may be imported again.
-- Inputs: $import_id, $now, $who, $reason.
UPDATE ledger.file_import
SET status = 'deleted', closed_at = $now, closed_by = $who, closed_reason = $reason, partition_key = partition_key || '#' || import_id
WHERE import_id = $import_id
