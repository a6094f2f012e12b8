-- Grain: one open finding of an earlier import of which this file is the corrected form.
UPDATE ledger.finding
SET resolution = 'superseded', resolved_at = $now, resolved_by = $partition_key
WHERE resolution IS NULL AND import_id = $old_import_id
