-- Grain: one import of a trace that is not closed, oldest first.
SELECT partition_key, source_file, status, error_count
FROM ledger.file_import
WHERE source_kind = 'trace' AND status IN ('failed', 'incomplete')
ORDER BY import_id
