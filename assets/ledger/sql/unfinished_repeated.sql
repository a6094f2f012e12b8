-- Grain: the import that the one of this partition key repeats, if something or all is kept out of it (D12). Inputs: ledger.file_import;
-- $partition_key.
SELECT repeated.import_id
FROM ledger.file_import AS import
JOIN ledger.file_import AS repeated ON repeated.import_id = import.repeats_import_id
WHERE import.partition_key = $partition_key AND import.status = 'repeated' AND repeated.status IN ('incomplete', 'failed')
