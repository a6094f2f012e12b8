-- Grain: the first import of this kind and content under another partition key that stands in the ledger (D12).
SELECT import_id, source_file, partition_key, coalesce((SELECT min(attempted_at) FROM ledger.import_attempt AS tried WHERE tried.import_id = import.import_id), imported_at) AS taken_at
FROM ledger.file_import AS import
WHERE source_kind = $source_kind AND content_sha256 = $content_sha256 AND partition_key <> $partition_key
  AND status IN ('posted', 'incomplete', 'failed') AND repeats_import_id IS NULL
ORDER BY import_id
LIMIT 1
