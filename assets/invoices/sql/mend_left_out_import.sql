-- Grain: one import of which nothing is left to do, since its file is left out. Inputs: left_out_import; $now.
UPDATE ledger.file_import AS import
SET status = 'posted', error_count = 0, warning_count = 0, imported_at = $now
FROM left_out_import AS mended
WHERE mended.import_id = import.import_id
