-- Grain: the other partition key of a file: one that is drawn and its file key. Inputs: ledger.drawn_key; $source_kind, $partition_key.
SELECT CASE WHEN partition_key = $partition_key THEN file_key ELSE partition_key END AS partition_key
FROM ledger.drawn_key
WHERE source_kind = $source_kind AND (partition_key = $partition_key OR file_key = $partition_key)
