-- Grain: one movement of a file that open errors keep out of the ledger. Inputs: ledger.finding,
-- ledger.file_import. Parameters: import_id, limit (null = none). Order: the first line concerned, company,
-- progressive.
SELECT finding.company_code,
       finding.progressive,
       min(finding.movement_reference) AS movement_reference,
       min(finding.line_number) AS first_line_number,
       string_agg(DISTINCT finding.finding_code, ' ' ORDER BY finding.finding_code) AS finding_codes
FROM ledger.finding
JOIN ledger.file_import ON file_import.import_id = finding.import_id AND file_import.attempt = finding.attempt
WHERE finding.import_id = $import_id
  AND finding.severity = 'ERROR'
  AND finding.resolution IS NULL
  AND finding.progressive IS NOT NULL
GROUP BY finding.company_code, finding.progressive
ORDER BY first_line_number NULLS LAST, finding.company_code, finding.progressive
LIMIT $limit
