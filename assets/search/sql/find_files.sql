-- Grain: one import whose file has a text in its name, folders and archives before it left out, or in its partition key. Input: ledger.file_import.
-- Parameters: text, limit. Order: the newest first.
SELECT 'file' AS kind, 'I' || import_id AS reference, import_id AS number, 'part of the name' AS matched_by, source_file AS name,
       CAST(imported_at AS DATE) AS day, status
FROM ledger.file_import
WHERE contains(lower(regexp_extract(source_file, '[^/]*$')), lower($text))
   OR contains(lower(partition_key), lower($text))
ORDER BY imported_at DESC, import_id DESC
LIMIT $limit
