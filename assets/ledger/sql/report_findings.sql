-- Grain: one finding. Inputs: ledger.finding, ledger.file_import. Parameters: file (null = all), import_id
-- (null = all), is_all (false = only open ones), limit (null = none). A finding is open while it belongs to
-- the file's last attempt and nothing resolved it. Order: file, attempt, place in the list of the attempt.
SELECT finding.source_file, finding.line_number, finding.byte_start, finding.byte_end, finding.field,
       finding.finding_code, finding.severity, finding.raw_value, finding.expected, finding.remedy,
       file_import.partition_key, finding.progressive, finding.company_code, finding.resolution,
       'I' || finding.import_id AS import_number
FROM ledger.finding
LEFT JOIN ledger.file_import ON file_import.import_id = finding.import_id
WHERE ($is_all
       OR (finding.resolution IS NULL
           AND (finding.import_id IS NULL OR finding.attempt = file_import.attempt)))
  AND ($import_id IS NULL OR finding.import_id = $import_id)
  AND ($file IS NULL
       OR names_import($file, finding.import_id, file_import.partition_key, finding.source_file))
ORDER BY finding.source_file, finding.import_id NULLS FIRST, finding.attempt, finding.ordinal
LIMIT $limit
