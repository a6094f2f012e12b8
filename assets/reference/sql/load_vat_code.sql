-- Grain: one row of vat_codes.csv, in the version that comes into force. Input: incoming.
-- A blank exigibility means I.
INSERT INTO ledger.vat_code
SELECT $version, company_code, vat_code, vat_code_name, CAST(vat_rate AS DECIMAL(9,4)), vat_nature,
       coalesce(exigibility, 'I'), treatment, CAST(deductible_pct AS DECIMAL(9,4)), vat_account_code,
       second_account_code
FROM incoming
