-- Grain: one row of vat_codes.csv in force. Inputs: ledger.vat_code, ledger.reference_file.
CREATE OR REPLACE TEMP TABLE vat_code AS
SELECT company_code, vat_code, vat_code_name, vat_rate, vat_nature, exigibility, treatment, deductible_pct,
       vat_account_code, second_account_code
FROM ledger.vat_code
WHERE version = (SELECT max(version) FROM ledger.reference_file WHERE file_name = 'vat_codes.csv')
