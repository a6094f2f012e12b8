-- Grain: one code in a reference file that no other file defines. Inputs: the candidate frames.
SELECT 'chart_of_accounts.csv' AS file_name, line_number, 'company_code' AS field,
       'reference_code_unknown' AS finding_code, company_code AS raw_value, 'a company_code of companies.csv' AS expected
FROM account WHERE company_code NOT IN (SELECT company_code FROM company)
UNION ALL
SELECT 'chart_of_accounts.csv', line_number, 'counterparty_code', 'reference_code_unknown', counterparty_code,
       'a counterparty_code of counterparties.csv'
FROM account
WHERE counterparty_code IS NOT NULL AND counterparty_code NOT IN (SELECT counterparty_code FROM counterparty)
UNION ALL
SELECT 'accounting_reasons.csv', line_number, 'company_code', 'reference_code_unknown', company_code,
       'a company_code of companies.csv, or blank'
FROM accounting_reason
WHERE company_code IS NOT NULL AND company_code NOT IN (SELECT company_code FROM company)
UNION ALL
SELECT 'reason_descriptions.csv', line_number, 'company_code', 'reference_code_unknown', company_code,
       'a company_code of companies.csv, or blank'
FROM reason_description
WHERE company_code IS NOT NULL AND company_code NOT IN (SELECT company_code FROM company)
UNION ALL
SELECT 'reason_descriptions.csv', line_number, 'accounting_reason_code', 'reference_code_unknown',
       accounting_reason_code, 'a code of accounting_reasons.csv'
FROM reason_description
WHERE accounting_reason_code NOT IN (SELECT accounting_reason_code FROM accounting_reason)
UNION ALL
SELECT 'accounting_periods.csv', line_number, 'company_code', 'reference_code_unknown', company_code,
       'a company_code of companies.csv'
FROM accounting_period WHERE company_code NOT IN (SELECT company_code FROM company)
UNION ALL
SELECT 'settings.csv', line_number, 'company_code', 'reference_code_unknown', company_code,
       'a company_code of companies.csv, or blank'
FROM setting WHERE company_code IS NOT NULL AND company_code NOT IN (SELECT company_code FROM company)
UNION ALL
SELECT 'opening_open_items.csv', item.line_number, 'account_code', 'reference_code_unknown',
       item.company_code || ' ' || item.account_code, 'an account of the company in chart_of_accounts.csv'
FROM open_item AS item
ANTI JOIN account USING (company_code, account_code)
UNION ALL
SELECT named.file_name, named.line_number, 'company_code', 'reference_code_unknown', named.company_code,
       'a company_code of companies.csv, or blank'
FROM (
    SELECT 'vat_codes.csv' AS file_name, line_number, company_code FROM vat_code
    UNION ALL
    SELECT 'invoice_rules.csv', line_number, company_code FROM invoice_rule
    UNION ALL
    SELECT 'sales_rules.csv', line_number, company_code FROM sales_rule
    UNION ALL
    SELECT 'withholding_accounts.csv', line_number, company_code FROM withholding_account
    UNION ALL
    SELECT 'posting_rules.csv', line_number, company_code FROM posting_rule
    UNION ALL
    SELECT 'welfare_funds.csv', line_number, company_code FROM welfare_fund_account
    UNION ALL
    SELECT 'sync_codes.csv', line_number, company_code FROM sync_code
) AS named
WHERE named.company_code IS NOT NULL AND named.company_code NOT IN (SELECT company_code FROM company)
UNION ALL
SELECT named.file_name, named.line_number, 'counterparty_code', 'reference_code_unknown',
       named.counterparty_code, 'a counterparty_code of counterparties.csv'
FROM (
    SELECT 'invoice_rules.csv' AS file_name, line_number, counterparty_code FROM invoice_rule
    UNION ALL
    SELECT 'sales_rules.csv', line_number, counterparty_code FROM sales_rule
    UNION ALL
    SELECT 'supplier_terms.csv', line_number, counterparty_code FROM supplier_term
    UNION ALL
    SELECT 'counterparty_identifiers.csv', line_number, counterparty_code FROM counterparty_identifier
) AS named
WHERE named.counterparty_code IS NOT NULL
  AND named.counterparty_code NOT IN (SELECT counterparty_code FROM counterparty)
UNION ALL
SELECT 'settings.csv', setting.line_number, 'setting_value', 'reference_code_unknown', setting.setting_value,
       'a code of accounting_reasons.csv for '
       || string_agg(company.company_code, ', ' ORDER BY company.company_code)
FROM setting
JOIN company ON company.company_code = coalesce(setting.company_code, company.company_code)
WHERE setting.setting_name IN ('invoice_reason', 'sales_reason', 'manual_reason') AND coalesce(setting.setting_value, '') <> ''
  AND NOT EXISTS (
      SELECT 1 FROM accounting_reason AS reason
      WHERE reason.accounting_reason_code = setting.setting_value
        AND coalesce(reason.company_code, company.company_code) = company.company_code)
GROUP BY setting.line_number, setting.setting_value
ORDER BY file_name, line_number, field
