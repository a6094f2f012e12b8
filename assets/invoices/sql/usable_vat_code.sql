-- Grain: one VAT code with this name that a company may use, its own or a common one, in the version in force. Inputs:
-- ledger.vat_code, ledger.reference_file; $company_code, $vat_code.
SELECT vat_code
FROM ledger.vat_code
WHERE coalesce(company_code, $company_code) = $company_code AND vat_code = $vat_code
  AND version = (SELECT max(version) FROM ledger.reference_file WHERE file_name = 'vat_codes.csv')
