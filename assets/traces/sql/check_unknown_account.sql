-- Grain: one line whose account is not in the chart of its (known) company, or not active (D06).
SELECT line.line_number, 'account' AS field,
       CASE WHEN account.account_code IS NULL THEN 'unknown_account' ELSE 'inactive_account' END AS finding_code,
       line.account AS raw_value, NULL::VARCHAR AS expected
FROM line
SEMI JOIN company ON company.company_code = line.company
LEFT JOIN account ON account.company_code = line.company AND account.account_code = line.account
WHERE line.account IS NOT NULL AND (account.account_code IS NULL OR NOT account.is_active)
