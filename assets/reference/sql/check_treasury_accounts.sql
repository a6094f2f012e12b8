-- Grain: one row of treasury_accounts.csv whose account its company does not have. Inputs: treasury_account, account.
SELECT 'treasury_accounts.csv' AS file_name, line_number, 'account_code' AS field,
       'reference_code_unknown' AS finding_code, company_code || ' ' || account_code AS raw_value,
       'an account of the company in chart_of_accounts.csv' AS expected
FROM treasury_account
ANTI JOIN account USING (company_code, account_code)
ORDER BY line_number
