-- Grain: one amount with more decimals than its currency has. Inputs: line, company, currency_digits.
SELECT line.line_number, 'amount' AS field, 'amount_too_precise' AS finding_code,
       CAST(line.amount AS VARCHAR) AS raw_value,
       line.currency || ' has ' || coalesce(digits.digits, 2) || ' decimals' AS expected
FROM line LEFT JOIN currency_digits AS digits ON digits.currency_code = line.currency
WHERE line.amount <> round(line.amount, 2) AND line.amount IS NOT NULL AND coalesce(digits.digits, 2) = 2
   OR digits.digits = 0 AND line.amount <> round(line.amount, 0)
   OR digits.digits = 3 AND line.amount <> round(line.amount, 3)
UNION ALL
SELECT line.line_number, 'amount_company_currency', 'amount_too_precise',
       CAST(line.amount_company_currency AS VARCHAR),
       company.currency_code || ' has ' || coalesce(digits.digits, 2) || ' decimals'
FROM line
JOIN company ON company.company_code = line.company
LEFT JOIN currency_digits AS digits ON digits.currency_code = company.currency_code
WHERE line.amount_company_currency <> round(line.amount_company_currency, 2) AND coalesce(digits.digits, 2) = 2
   OR digits.digits = 0 AND line.amount_company_currency <> round(line.amount_company_currency, 0)
   OR digits.digits = 3 AND line.amount_company_currency <> round(line.amount_company_currency, 3)
