-- Grain: one import of a kind among the keys asked for. Inputs: $source_kind, $keys.
SELECT import_id, partition_key, status, content_sha256
FROM ledger.file_import
WHERE source_kind = $source_kind AND partition_key IN (SELECT unnest($keys))
