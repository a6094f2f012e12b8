-- Grain: one row. Inputs: ledger.file_import, ledger.reference_file, ledger.finding. Parameter: file (the number
-- of an import, a name without folder, or a partition key). Whether a file of that name was ever seen.
SELECT EXISTS (SELECT 1 FROM ledger.file_import
               WHERE names_import($file, import_id, partition_key, source_file))
    OR EXISTS (SELECT 1 FROM ledger.reference_file WHERE lower(file_name) = lower($file))
    OR EXISTS (SELECT 1 FROM ledger.finding WHERE lower(source_file) = lower($file)) AS is_known
