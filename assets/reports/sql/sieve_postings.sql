-- Grain: one posting (its row_id), with what is looked at to find it. Inputs: ledger.posting, ledger.file_import, names_import.
-- Parameter: file (null = all).
SELECT rowid AS row_id, *, debit_amount + credit_amount AS posted_amount
FROM ledger.posting
WHERE $file IS NULL
   OR import_id IN (SELECT import_id FROM ledger.file_import WHERE names_import($file, import_id, partition_key, source_file))
