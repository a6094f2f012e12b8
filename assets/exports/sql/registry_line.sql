-- Grain: one line of the export of accounts: an account in force. Input: account_detail; columns are fields of the
-- layout docfinance_registry.csv. What is required and not known is the company's setting missing_text.
SELECT company_code AS company,
       account_code AS account,
       CASE account_kind WHEN 'customer' THEN 'C' WHEN 'supplier' THEN 'F' ELSE '-' END AS account_kind,
       account_holder_name AS description,
       coalesce(nickname, left(short_code, 6)) AS nickname,
       coalesce(address, missing_text) AS address,
       coalesce(postcode, missing_text) AS postcode,
       coalesce(city, missing_text) AS city,
       province,
       country_code AS country,
       rating,
       CASE WHEN account_kind IN ('customer', 'supplier') THEN CAST(delay_days AS BIGINT) END AS delay_days,
       CASE WHEN iban IS NOT NULL OR italian_iban IS NOT NULL THEN '-01' END AS commercial_line,
       substr(italian_iban, 16, 12) AS account_number,
       substr(italian_iban, 6, 5) AS abi,
       substr(italian_iban, 11, 5) AS cab,
       CASE WHEN length(tax_code) <= 16 THEN tax_code END AS fiscal_code,
       substr(italian_iban, 5, 1) AS cin,
       substr(italian_iban, 1, 2) AS iban_country,
       substr(italian_iban, 3, 2) AS iban_check_digits,
       iban,
       CASE account_kind WHEN 'customer' THEN coalesce(cash_flow_item, cash_flow_item_to_collect)
                         WHEN 'supplier' THEN coalesce(cash_flow_item, cash_flow_item_to_pay) END AS cash_flow_item,
       vat_number
FROM account_detail
ORDER BY company_code, account_code
