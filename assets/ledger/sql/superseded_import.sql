-- Grain: one failed or incomplete import none of whose errors is open any more.
SELECT import_id, partition_key
FROM ledger.file_import AS import
WHERE status IN ('failed', 'incomplete') AND import_id <> $import_id
  AND NOT EXISTS (
      SELECT 1 FROM ledger.finding AS finding
      WHERE finding.import_id = import.import_id AND finding.attempt = import.attempt
        AND finding.resolution IS NULL AND finding.severity = 'ERROR')
ORDER BY import_id
