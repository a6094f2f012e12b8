-- Grain: one import of a kind that is not closed, oldest first. Inputs: ledger.file_import; $source_kind.
SELECT partition_key, source_file, status, error_count
FROM ledger.file_import
WHERE source_kind = $source_kind AND status IN ('failed', 'incomplete')
ORDER BY import_id
