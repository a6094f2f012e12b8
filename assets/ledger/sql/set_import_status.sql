-- Grain: one import whose status follows from a correction of another, or of what it asked. Inputs: $import_id, $status.
UPDATE ledger.file_import
SET status = $status
WHERE import_id = $import_id AND status IN ('posted', 'repeated', 'incomplete', 'superseded')
