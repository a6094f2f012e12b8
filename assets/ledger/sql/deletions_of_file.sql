-- Grain: one file among the keys asked for whose import was deleted, with how often. Inputs: ledger.file_import; $source_kind, $keys.
SELECT split_part(partition_key, '#', 1) AS partition_key, count(*) AS deletion_count
FROM ledger.file_import
WHERE source_kind = $source_kind AND status = 'deleted' AND split_part(partition_key, '#', 1) IN (SELECT unnest($keys))
GROUP BY ALL
