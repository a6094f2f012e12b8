-- Grain: one row of companies.csv, in the version that comes into force. Input: incoming.
INSERT INTO ledger.company
SELECT $version, company_code, company_name, currency_code, country_code, vat_number, tax_code
FROM incoming
