-- Grain: one open finding of the codes given, of an import that is not closed otherwise. Inputs:
-- ledger.finding, ledger.file_import; $codes. A warning of a posted import is open until it is dismissed.
SELECT 'I' || finding.import_id AS import_number, finding.source_file, finding.line_number, finding.field, finding.finding_code, finding.raw_value,
       finding.expected, finding.remedy, import.partition_key
FROM ledger.finding AS finding
LEFT JOIN ledger.file_import AS import ON import.import_id = finding.import_id
WHERE finding.resolution IS NULL
  AND finding.finding_code IN (SELECT unnest($codes))
  AND (finding.import_id IS NULL OR finding.attempt = import.attempt)
  AND coalesce(import.status, 'reference') NOT IN ('superseded', 'dismissed', 'deleted')
ORDER BY finding.import_id DESC NULLS FIRST, finding.line_number, finding.ordinal
