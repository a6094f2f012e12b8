-- Grain: one value of a VAT code, a welfare fund or an exchange rate that does not fit its row.
-- Inputs: vat_code, welfare_fund_account, exchange_rate.
SELECT 'vat_codes.csv' AS file_name, line_number, 'second_account_code' AS field,
       'reference_value_invalid' AS finding_code, '' AS raw_value,
       CASE treatment
           WHEN 'reverse_charge' THEN 'the account of the VAT owed under reverse charge'
           WHEN 'deferred' THEN 'the account where VAT waits until the invoice is paid'
           ELSE 'the account of the VAT owed to the treasury under split payment' END AS expected
FROM vat_code
WHERE treatment IN ('reverse_charge', 'deferred', 'split_payment') AND second_account_code IS NULL
UNION ALL
SELECT 'vat_codes.csv', line_number, 'vat_account_code', 'reference_value_invalid', '',
       'the account of deductible VAT, unless the treatment is outside or deductible_pct is 0'
FROM vat_code
WHERE vat_account_code IS NULL AND treatment <> 'outside' AND CAST(deductible_pct AS DECIMAL(9,4)) > 0
UNION ALL
SELECT 'vat_codes.csv', line_number, 'exigibility', 'reference_value_invalid', coalesce(exigibility, ''),
       CASE WHEN treatment = 'split_payment' THEN 'S, since the treatment is split_payment'
            ELSE 'I or D; S needs the treatment split_payment' END
FROM vat_code
WHERE (treatment = 'split_payment') <> (coalesce(exigibility, 'I') = 'S')
UNION ALL
SELECT 'vat_codes.csv', line_number, 'vat_nature', 'reference_value_invalid', coalesce(vat_nature, ''),
       'a VAT nature such as N4, since the treatment is outside'
FROM vat_code
WHERE treatment = 'outside' AND vat_nature IS NULL
UNION ALL
SELECT 'vat_codes.csv', line_number, 'vat_rate', 'reference_value_invalid', vat_rate,
       CASE WHEN treatment = 'reverse_charge' THEN 'the rate above 0 at which VAT is charged on both sides'
            ELSE '0, since a document that names a VAT nature carries no VAT' END
FROM vat_code
WHERE (treatment = 'reverse_charge') <> (CAST(vat_rate AS DECIMAL(9,4)) > 0)
  AND (treatment IN ('reverse_charge', 'outside') OR vat_nature IS NOT NULL)
UNION ALL
SELECT 'welfare_funds.csv', line_number, 'account_code', 'reference_value_invalid', '',
       'the account of what is owed to the fund, since is_withheld is true'
FROM welfare_fund_account
WHERE is_withheld = 'true' AND account_code IS NULL
UNION ALL
SELECT 'welfare_funds.csv', line_number, 'is_withheld', 'reference_value_invalid', is_withheld,
       'true for TC07: the fund of agents is withheld from them'
FROM welfare_fund_account
WHERE fund_type = 'TC07' AND is_withheld = 'false'
UNION ALL
SELECT 'exchange_rates.csv', line_number, 'currency_code', 'reference_value_invalid', currency_code,
       'another currency than company_currency_code'
FROM exchange_rate
WHERE currency_code = company_currency_code
ORDER BY file_name, line_number, field
