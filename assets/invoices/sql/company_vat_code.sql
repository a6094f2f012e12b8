-- Grain: one VAT code that a company may use: its own, and the common ones that it has not replaced.
-- Inputs: vat_code, company.
CREATE OR REPLACE TEMP TABLE company_vat_code AS
SELECT company.company_code, code.* EXCLUDE (company_code)
FROM company
JOIN vat_code AS code ON code.company_code IS NULL OR code.company_code = company.company_code
QUALIFY row_number() OVER (PARTITION BY company.company_code, code.vat_code
                           ORDER BY code.company_code IS NULL) = 1
