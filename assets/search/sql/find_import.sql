-- Grain: the import with a number. Input: ledger.file_import. Parameter: import_id.
SELECT import_id, partition_key, source_file, status, imported_at FROM ledger.file_import WHERE import_id = $import_id
