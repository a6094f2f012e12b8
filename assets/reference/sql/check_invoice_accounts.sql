-- Grain: one account named for e-invoices, sales invoices or posting rules that a company for which it is meant lacks, or has only inactive.
-- Inputs: vat_code, invoice_rule, sales_rule, withholding_account, welfare_fund_account, posting_rule,
-- item_withholding, item_deferred_vat, setting, account, company.
-- A blank company_code means every company. Companies that are unknown are named by check_unknown_codes.
WITH named AS (
    SELECT 'vat_codes.csv' AS file_name, line_number, 'vat_account_code' AS field, company_code,
           vat_account_code AS account_code
    FROM vat_code
    UNION ALL
    SELECT 'vat_codes.csv', line_number, 'second_account_code', company_code, second_account_code FROM vat_code
    UNION ALL
    SELECT 'invoice_rules.csv', line_number, 'account_code', company_code, account_code FROM invoice_rule
    UNION ALL
    SELECT 'sales_rules.csv', line_number, 'account_code', company_code, account_code FROM sales_rule
    UNION ALL
    SELECT 'sales_rules.csv', line_number, 'vat_account_code', company_code, vat_account_code FROM sales_rule
    UNION ALL
    SELECT 'withholding_accounts.csv', line_number, 'account_code', company_code, account_code
    FROM withholding_account
    UNION ALL
    SELECT 'welfare_funds.csv', line_number, 'account_code', company_code, account_code
    FROM welfare_fund_account
    UNION ALL
    SELECT 'posting_rules.csv', line_number, 'account_code', company_code, account_code FROM posting_rule
    UNION ALL
    SELECT 'item_withholding.csv', line_number, 'account_code', company_code, account_code FROM item_withholding
    UNION ALL
    SELECT 'item_deferred_vat.csv', line_number, 'deferred_account_code', company_code, deferred_account_code
    FROM item_deferred_vat
    UNION ALL
    SELECT 'item_deferred_vat.csv', line_number, 'vat_account_code', company_code, vat_account_code
    FROM item_deferred_vat
    UNION ALL
    SELECT 'settings.csv', line_number, 'setting_value', company_code, setting_value
    FROM setting
    WHERE setting_name IN ('rounding_account', 'stamp_duty_account', 'supplier_advance_account', 'exchange_gain_account',
                           'exchange_loss_account')
)
SELECT named.file_name, named.line_number, named.field, 'reference_code_unknown' AS finding_code,
       named.account_code AS raw_value,
       'an active account of ' || string_agg(company.company_code, ', ' ORDER BY company.company_code)
       || ' in chart_of_accounts.csv' AS expected
FROM named
JOIN company ON company.company_code = coalesce(named.company_code, company.company_code)
LEFT JOIN account
  ON account.company_code = company.company_code AND account.account_code = named.account_code
 AND account.is_active = 'true'
WHERE named.account_code IS NOT NULL AND account.account_code IS NULL
GROUP BY ALL
ORDER BY named.file_name, named.line_number, named.field
