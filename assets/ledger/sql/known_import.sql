-- Grain: one import of a trace among the keys asked for. Input: $keys.
SELECT partition_key, status, content_sha256
FROM ledger.file_import
WHERE source_kind = 'trace' AND partition_key IN (SELECT unnest($keys))
