-- Grain: the one import with this partition key. Inputs: ledger.file_import; $partition_key.
SELECT * FROM ledger.file_import WHERE partition_key = $partition_key
