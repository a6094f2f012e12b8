-- Grain: one import that another one made superfluous.
UPDATE ledger.file_import
SET status = 'superseded', superseded_by_import_id = $import_id, closed_at = $now
WHERE import_id = $old_import_id
