-- Grain: one import that a text could mean. Input: ledger.file_import. Parameter: what (a name without
-- folder, or a partition key; case does not matter). Order: the newest first.
SELECT import_id, partition_key, source_file, status, imported_at
FROM ledger.file_import
WHERE lower(source_file) = lower($what)
   OR lower(partition_key) = lower($what)
   OR right(lower(source_file), length($what) + 1) = '/' || lower($what)
ORDER BY imported_at DESC, import_id DESC
