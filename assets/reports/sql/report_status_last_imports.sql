-- Grain: one import, so many of each kind. Input: ledger.file_import. Parameter: limit. Order: the newest first.
SELECT import_id, partition_key, source_file, status, imported_at, attempt, movement_count,
       posted_movement_count, error_count, warning_count, source_kind,
       'I' || import_id AS import_number
FROM ledger.file_import
QUALIFY row_number() OVER (PARTITION BY source_kind ORDER BY imported_at DESC, import_id DESC) <= $limit
ORDER BY imported_at DESC, import_id DESC
