-- Grain: one open question whether a movement of a file is another than one in the ledger. Inputs: ledger.finding,
-- ledger.file_import; $file (number, partition key, or name of the file). Order: import, line.
SELECT import.import_id, import.partition_key, finding.line_number, finding.company_code, finding.progressive
FROM ledger.finding AS finding
JOIN ledger.file_import AS import ON import.import_id = finding.import_id AND import.attempt = finding.attempt
WHERE ('I' || import.import_id = upper($file) OR import.partition_key = $file OR import.source_file = $file) AND import.status IN ('failed', 'incomplete')
  AND finding.finding_code IN ('movement_may_be_repeated', 'movement_twice_in_file') AND finding.resolution IS NULL
ORDER BY import.import_id, finding.line_number
