-- Grain: one import, at its first attempt. No rules of e-invoices read it.
INSERT INTO ledger.file_import
VALUES ($import_id, $source_kind, $partition_key, $source_file, $content_sha256, $byte_count, $reader_name, $status,
        $attempt, $reference_version, $run_id, $now, $line_count, $movement_count, $posted_movement_count,
        $repeated_movement_count, $posting_count, $linked_posting_count, $unlinked_posting_count, $error_count,
        $warning_count, $debit_total, $credit_total, $repeats_import_id, NULL, NULL, NULL, NULL, NULL)
