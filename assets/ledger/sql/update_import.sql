-- Grain: one import, at a later attempt. Its identity never changes. What it comes to now is its own: nothing else replaces it.
UPDATE ledger.file_import
SET reader_name = $reader_name, status = $status, attempt = $attempt, reference_version = $reference_version,
    run_id = $run_id, imported_at = $now, line_count = $line_count, movement_count = $movement_count,
    posted_movement_count = $posted_movement_count, repeated_movement_count = $repeated_movement_count,
    posting_count = $posting_count, linked_posting_count = $linked_posting_count,
    unlinked_posting_count = $unlinked_posting_count, error_count = $error_count,
    warning_count = $warning_count, debit_total = $debit_total, credit_total = $credit_total,
    repeats_import_id = $repeats_import_id, superseded_by_import_id = NULL
WHERE import_id = $import_id
