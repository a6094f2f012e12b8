-- Grain: one row, the import of a file. Input: ledger.file_import. Parameter: import_id.
SELECT file_import.import_id, file_import.source_kind, file_import.partition_key, file_import.source_file,
       file_import.content_sha256, file_import.byte_count, file_import.reader_name, file_import.status,
       file_import.attempt, file_import.reference_version, file_import.run_id, file_import.imported_at,
       file_import.line_count, file_import.movement_count, file_import.posted_movement_count,
       file_import.repeated_movement_count, file_import.posting_count, file_import.linked_posting_count,
       file_import.unlinked_posting_count, file_import.error_count, file_import.warning_count,
       file_import.debit_total, file_import.credit_total,
       repeated.partition_key AS repeats_partition_key,
       successor.partition_key AS superseded_by_partition_key,
       file_import.closed_at, file_import.closed_by, file_import.closed_reason, file_import.rules_version,
       'I' || file_import.import_id AS import_number, 'I' || file_import.repeats_import_id AS repeats_import_number, 'I' || file_import.superseded_by_import_id AS superseded_by_import_number
FROM ledger.file_import
LEFT JOIN ledger.file_import AS repeated ON repeated.import_id = file_import.repeats_import_id
LEFT JOIN ledger.file_import AS successor ON successor.import_id = file_import.superseded_by_import_id
WHERE file_import.import_id = $import_id
