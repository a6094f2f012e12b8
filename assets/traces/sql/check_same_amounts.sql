-- Grain: one line whose two amounts cannot both be right: they differ in the company's own currency, or one is
-- a debit and the other a credit. Inputs: line, company.
SELECT line.line_number, 'amount' AS field, 'movement_currencies_differ' AS finding_code,
       amount_text(line.amount) AS raw_value,
       CASE WHEN company.currency_code = line.currency
            THEN amount_text(line.amount_company_currency) || ', as in amount_company_currency'
            ELSE 'the sign of amount_company_currency ' || amount_text(line.amount_company_currency) END AS expected
FROM line JOIN company ON company.company_code = line.company
WHERE company.currency_code = line.currency AND line.amount <> line.amount_company_currency
   OR line.amount > 0 AND line.amount_company_currency < 0
   OR line.amount < 0 AND line.amount_company_currency > 0
