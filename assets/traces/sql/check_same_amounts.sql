-- Grain: one line in the company's own currency whose two amounts differ. Inputs: line, company.
SELECT line.line_number, 'amount' AS field, 'movement_currencies_differ' AS finding_code,
       amount_text(line.amount) AS raw_value,
       amount_text(line.amount_company_currency) || ', as in amount_company_currency' AS expected
FROM line JOIN company ON company.company_code = line.company AND company.currency_code = line.currency
WHERE line.amount <> line.amount_company_currency
