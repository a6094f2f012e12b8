-- Grain: one deleted import that stands again, under its first key; what it left out is looked at after (left_out_now). Inputs: $import_id, $partition_key.
UPDATE ledger.file_import
SET status = CASE WHEN error_count = 0 THEN 'posted' ELSE 'incomplete' END, closed_at = NULL, closed_by = NULL, closed_reason = NULL,
    partition_key = $partition_key
WHERE import_id = $import_id
