-- Grain: one import among the keys asked for. Input: $keys.
SELECT partition_key, status, content_sha256
FROM ledger.file_import
WHERE partition_key IN (SELECT unnest($keys))
