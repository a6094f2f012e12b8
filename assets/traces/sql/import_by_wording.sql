-- Grain: the first import of a trace that says the same, line by line, in another form, and stands in the ledger (D12).
-- Inputs: ledger.file_import, ledger.trace_wording; $wording_hash, $import_id (left out).
SELECT import.import_id, import.partition_key,
       coalesce((SELECT min(attempted_at) FROM ledger.import_attempt AS tried WHERE tried.import_id = import.import_id), import.imported_at) AS taken_at
FROM ledger.file_import AS import
JOIN ledger.trace_wording AS wording USING (import_id)
WHERE wording.wording_hash = $wording_hash AND import.import_id <> $import_id AND import.status IN ('posted', 'incomplete', 'failed') AND import.repeats_import_id IS NULL
ORDER BY import.import_id
LIMIT 1
