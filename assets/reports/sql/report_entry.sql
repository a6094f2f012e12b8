-- Grain: one row, a journal entry with the attempt that made it. Inputs: ledger.journal_entry,
-- ledger.file_import, ledger.import_attempt, ledger.reversed_entry. Parameter: entry_id. An import that was tried again has several
-- runs; the run and the reference version are those of the attempt that made the entry.
SELECT entry.entry_id, entry.entry_kind, entry.company_code, entry.posting_date, entry.accounting_reason_code,
       entry.progressive, entry.movement_key, entry.reverses_entry_id,
       reversed.reversal_entry_id AS reversed_by_entry_id,
       entry.created_at, file_import.source_file, file_import.partition_key, file_import.content_sha256,
       file_import.byte_count, file_import.reader_name, file_import.status AS import_status, entry.attempt,
       coalesce(attempt.run_id, file_import.run_id) AS run_id,
       coalesce(attempt.reference_version, file_import.reference_version) AS reference_version,
       'I' || file_import.import_id AS import_number
FROM ledger.journal_entry AS entry
LEFT JOIN ledger.reversed_entry AS reversed ON reversed.entry_id = entry.entry_id
LEFT JOIN ledger.file_import ON file_import.import_id = entry.import_id
LEFT JOIN ledger.import_attempt AS attempt
       ON attempt.import_id = entry.import_id AND attempt.attempt = entry.attempt
WHERE entry.entry_id = $entry_id
