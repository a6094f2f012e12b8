-- Grain: one withholding type that a company has an account for: its own row before the common one. Inputs:
-- withholding_account, company.
CREATE OR REPLACE TEMP TABLE company_withholding AS
SELECT company.company_code, row.withholding_type, row.account_code
FROM company
JOIN withholding_account AS row ON row.company_code IS NULL OR row.company_code = company.company_code
QUALIFY row_number() OVER (PARTITION BY company.company_code, row.withholding_type ORDER BY row.company_code IS NULL) = 1
