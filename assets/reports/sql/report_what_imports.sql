-- Grain: one import that a text could mean. Input: ledger.file_import. Parameter: what (a number such
-- as I12, a name without folder, or a partition key; case does not matter). Order: the newest first.
SELECT import_id, partition_key, source_file, status, imported_at
FROM ledger.file_import
WHERE names_import($what, import_id, partition_key, source_file)
ORDER BY imported_at DESC, import_id DESC
