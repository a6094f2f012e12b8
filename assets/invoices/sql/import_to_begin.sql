-- Grain: one delivered file that the ledger meets for the first time. Inputs: delivered; $now, $run_id, $reference_version.
SELECT import_id, 'invoice' AS source_kind, part_key AS partition_key, source_file, content_sha256, byte_count, reader_name
FROM delivered
WHERE is_new
