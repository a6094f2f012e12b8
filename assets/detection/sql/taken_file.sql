-- Grain: one file that the ledger took, with the hash of its content; file_key is the name under which it is kept. Inputs:
-- ledger.file_import, ledger.dropped_file.
SELECT source_kind, partition_key AS file_key, byte_count, content_sha256
FROM ledger.file_import
WHERE source_kind <> 'invoice'
UNION ALL
SELECT 'invoice', file_key, byte_count, content_sha256
FROM ledger.dropped_file
