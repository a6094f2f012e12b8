-- Grain: one import whose status follows from a correction of another. Inputs: $import_id, $status (null = what it was: repeated
-- where it repeats another, else posted).
UPDATE ledger.file_import
SET status = coalesce($status, CASE WHEN repeats_import_id IS NULL THEN 'posted' ELSE 'repeated' END)
WHERE import_id = $import_id AND status IN ('posted', 'repeated', 'incomplete')
