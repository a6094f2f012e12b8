-- Grain: one line whose company the reference data do not know. Inputs: line, company.
SELECT line.line_number, 'company' AS field, 'unknown_company' AS finding_code, line.company AS raw_value,
       NULL::VARCHAR AS expected
FROM line ANTI JOIN company ON company.company_code = line.company
WHERE line.company IS NOT NULL
