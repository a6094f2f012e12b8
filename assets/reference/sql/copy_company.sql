-- Grain: one row of companies.csv in force. Inputs: ledger.company, ledger.reference_file.
CREATE OR REPLACE TEMP TABLE company AS
SELECT company_code, company_name, currency_code, country_code, vat_number, tax_code
FROM ledger.company
WHERE version = (SELECT max(version) FROM ledger.reference_file WHERE file_name = 'companies.csv')
