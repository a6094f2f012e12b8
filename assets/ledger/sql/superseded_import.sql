-- Grain: one failed or incomplete import of a kind none of whose errors is open any more, since other files mended the last of them. One
-- that is incomplete without errors is to be rerun: what it had left out was deleted, or a question was answered. Inputs:
-- ledger.file_import, ledger.finding; $source_kind, $import_id (left out).
SELECT import_id, partition_key
FROM ledger.file_import AS import
WHERE source_kind = $source_kind AND status IN ('failed', 'incomplete') AND import_id <> $import_id
  AND NOT EXISTS (
      SELECT 1 FROM ledger.finding AS finding
      WHERE finding.import_id = import.import_id AND finding.attempt = import.attempt
        AND finding.resolution IS NULL AND finding.severity = 'ERROR')
  AND EXISTS (
      SELECT 1 FROM ledger.finding AS finding
      WHERE finding.import_id = import.import_id AND finding.attempt = import.attempt
        AND finding.resolution = 'superseded' AND finding.severity = 'ERROR')
ORDER BY import_id
