-- Grain: one import. Input: ledger.file_import. Parameter: limit. Order: the newest first.
SELECT import_id, partition_key, source_file, status, imported_at, attempt, movement_count,
       posted_movement_count, error_count, warning_count
FROM ledger.file_import
ORDER BY imported_at DESC, import_id DESC
LIMIT $limit
