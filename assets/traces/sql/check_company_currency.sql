-- Grain: one line that names another ledger currency than its company has.
SELECT line.line_number, 'company_currency' AS field, 'company_currency_differs' AS finding_code,
       line.company_currency AS raw_value, company.currency_code AS expected
FROM line JOIN company ON company.company_code = line.company
WHERE line.company_currency IS NOT NULL AND line.company_currency <> company.currency_code
