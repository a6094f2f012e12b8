-- Grain: one line that was paid on behalf of a company which the reference data do not know (D32).
SELECT line.line_number, 'on_behalf_company' AS field, 'unknown_on_behalf_company' AS finding_code,
       line.on_behalf_company AS raw_value, NULL::VARCHAR AS expected
FROM line ANTI JOIN company ON company.company_code = line.on_behalf_company
WHERE line.on_behalf_company IS NOT NULL
