-- Grain: one import of which something is kept out, with the first of its open errors. Inputs: ledger.finding,
-- ledger.file_import; $keys. error_count says how many errors it has. Order: import_id.
SELECT file_import.partition_key, file_import.import_id, finding.source_file, finding.line_number, finding.field, finding.finding_code,
       finding.raw_value, finding.expected, finding.remedy,
       count(*) OVER (PARTITION BY finding.import_id) AS error_count
FROM ledger.finding AS finding
JOIN ledger.file_import AS file_import ON file_import.import_id = finding.import_id
WHERE file_import.partition_key IN (SELECT unnest($keys))
  AND finding.attempt = file_import.attempt AND finding.resolution IS NULL AND finding.severity = 'ERROR'
QUALIFY row_number() OVER (PARTITION BY finding.import_id ORDER BY finding.ordinal) = 1
ORDER BY file_import.import_id
