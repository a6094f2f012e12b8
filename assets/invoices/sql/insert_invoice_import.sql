-- Grain: one delivered file that the ledger meets for the first time. Inputs: delivered; $now, $run_id, $reference_version.
INSERT INTO ledger.file_import (import_id, source_kind, partition_key, source_file, content_sha256, byte_count, reader_name, status, attempt,
    reference_version, run_id, imported_at, line_count, movement_count, posted_movement_count, repeated_movement_count, posting_count,
    linked_posting_count, unlinked_posting_count, error_count, warning_count, debit_total, credit_total)
SELECT import_id, 'invoice', part_key, source_file, content_sha256, byte_count, reader_name, 'failed', 0,
       $reference_version, $run_id, $now, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0
FROM delivered
WHERE is_new
