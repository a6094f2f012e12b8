-- Grain: one import that begins: nothing of it is done yet. Input: given; $now, $run_id, $reference_version.
INSERT INTO ledger.file_import BY NAME
SELECT import_id, source_kind, partition_key, source_file, content_sha256, byte_count, reader_name, 'failed' AS status, 0 AS attempt,
       $reference_version AS reference_version, $run_id AS run_id, $now AS imported_at, 0 AS line_count, 0 AS movement_count,
       0 AS posted_movement_count, 0 AS repeated_movement_count, 0 AS posting_count, 0 AS linked_posting_count,
       0 AS unlinked_posting_count, 0 AS error_count, 0 AS warning_count, 0 AS debit_total, 0 AS credit_total
FROM given
