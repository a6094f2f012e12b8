-- Grain: one row of sales_rules.csv in force. Inputs: ledger.sales_rule, ledger.reference_file.
CREATE OR REPLACE TEMP TABLE sales_rule AS
SELECT rule_code, company_code, counterparty_code, line_text, vat_rate, vat_nature, account_code, vat_code, vat_account_code
FROM ledger.sales_rule
WHERE version = (SELECT max(version) FROM ledger.reference_file WHERE file_name = 'sales_rules.csv')
