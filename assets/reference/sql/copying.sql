-- The reference data in force, as tables on the workbench.

-- name: copy_account
-- Grain: one row of chart_of_accounts.csv in force. Inputs: ledger.account, ledger.reference_file.
CREATE OR REPLACE TEMP TABLE account AS
SELECT company_code, account_code, account_name, account_second_name, account_kind, counterparty_code, is_active
FROM ledger.account
WHERE version = (SELECT max(version) FROM ledger.reference_file WHERE file_name = 'chart_of_accounts.csv')

-- name: copy_accounting_period
-- Grain: one row of accounting_periods.csv in force. Inputs: ledger.accounting_period, ledger.reference_file.
CREATE OR REPLACE TEMP TABLE accounting_period AS
SELECT company_code, period_code, start_date, end_date, period_status
FROM ledger.accounting_period
WHERE version = (SELECT max(version) FROM ledger.reference_file WHERE file_name = 'accounting_periods.csv')

-- name: copy_accounting_reason
-- Grain: one row of accounting_reasons.csv in force. Inputs: ledger.accounting_reason, ledger.reference_file.
CREATE OR REPLACE TEMP TABLE accounting_reason AS
SELECT company_code, accounting_reason_code, accounting_reason_name
FROM ledger.accounting_reason
WHERE version = (SELECT max(version) FROM ledger.reference_file WHERE file_name = 'accounting_reasons.csv')

-- name: copy_company
-- Grain: one row of companies.csv in force. Inputs: ledger.company, ledger.reference_file.
CREATE OR REPLACE TEMP TABLE company AS
SELECT company_code, company_name, currency_code, country_code, vat_number, tax_code
FROM ledger.company
WHERE version = (SELECT max(version) FROM ledger.reference_file WHERE file_name = 'companies.csv')

-- name: copy_counterparty
-- Grain: one row of counterparties.csv in force. Inputs: ledger.counterparty, ledger.reference_file.
CREATE OR REPLACE TEMP TABLE counterparty AS
SELECT counterparty_code, counterparty_name, counterparty_kind, country_code, vat_number, tax_code, iban
FROM ledger.counterparty
WHERE version = (SELECT max(version) FROM ledger.reference_file WHERE file_name = 'counterparties.csv')

-- name: copy_counterparty_identifier
-- Grain: one row of counterparty_identifiers.csv in force. Inputs: ledger.counterparty_identifier,
-- ledger.reference_file.
CREATE OR REPLACE TEMP TABLE counterparty_identifier AS
SELECT counterparty_code, scheme_code, identifier, valid_from_date, valid_to_date
FROM ledger.counterparty_identifier
WHERE version = (SELECT max(version) FROM ledger.reference_file WHERE file_name = 'counterparty_identifiers.csv')

-- name: copy_exchange_rate
-- Grain: one row of exchange_rates.csv in force. Inputs: ledger.exchange_rate, ledger.reference_file.
CREATE OR REPLACE TEMP TABLE exchange_rate AS
SELECT currency_code, rate_date, exchange_rate, company_currency_code
FROM ledger.exchange_rate
WHERE version = (SELECT max(version) FROM ledger.reference_file WHERE file_name = 'exchange_rates.csv')

-- name: copy_invoice_rule
-- Grain: one row of invoice_rules.csv in force. Inputs: ledger.invoice_rule, ledger.reference_file.
CREATE OR REPLACE TEMP TABLE invoice_rule AS
SELECT rule_code, company_code, counterparty_code, document_type, line_text, account_code, vat_code
FROM ledger.invoice_rule
WHERE version = (SELECT max(version) FROM ledger.reference_file WHERE file_name = 'invoice_rules.csv')

-- name: copy_item_deferred_vat
-- Grain: one row of item_deferred_vat.csv in force. Inputs: ledger.item_deferred_vat, ledger.reference_file.
CREATE OR REPLACE TEMP TABLE item_deferred_vat AS
SELECT company_code, open_item_key, deferred_amount, deferred_account_code, vat_account_code
FROM ledger.item_deferred_vat
WHERE version = (SELECT max(version) FROM ledger.reference_file WHERE file_name = 'item_deferred_vat.csv')

-- name: copy_item_withholding
-- Grain: one row of item_withholding.csv in force. Inputs: ledger.item_withholding, ledger.reference_file.
CREATE OR REPLACE TEMP TABLE item_withholding AS
SELECT company_code, open_item_key, withholding_amount, account_code
FROM ledger.item_withholding
WHERE version = (SELECT max(version) FROM ledger.reference_file WHERE file_name = 'item_withholding.csv')

-- name: copy_posting_rule
-- Grain: one row of posting_rules.csv in force. Inputs: ledger.posting_rule, ledger.reference_file.
CREATE OR REPLACE TEMP TABLE posting_rule AS
SELECT company_code, accounting_reason_code, posting_rule, account_code, due_days
FROM ledger.posting_rule
WHERE version = (SELECT max(version) FROM ledger.reference_file WHERE file_name = 'posting_rules.csv')

-- name: copy_reason_description
-- Grain: one row of reason_descriptions.csv in force. Inputs: ledger.reason_description, ledger.reference_file.
CREATE OR REPLACE TEMP TABLE reason_description AS
SELECT company_code, operation_description, accounting_reason_code
FROM ledger.reason_description
WHERE version = (SELECT max(version) FROM ledger.reference_file WHERE file_name = 'reason_descriptions.csv')

-- name: copy_sales_rule
-- Grain: one row of sales_rules.csv in force. Inputs: ledger.sales_rule, ledger.reference_file.
CREATE OR REPLACE TEMP TABLE sales_rule AS
SELECT rule_code, company_code, counterparty_code, line_text, vat_rate, vat_nature, account_code, vat_code,
       vat_account_code
FROM ledger.sales_rule
WHERE version = (SELECT max(version) FROM ledger.reference_file WHERE file_name = 'sales_rules.csv')

-- name: copy_setting
-- Grain: one row of settings.csv in force. Inputs: ledger.setting, ledger.reference_file.
CREATE OR REPLACE TEMP TABLE setting AS
SELECT company_code, setting_name, setting_value
FROM ledger.setting
WHERE version = (SELECT max(version) FROM ledger.reference_file WHERE file_name = 'settings.csv')

-- name: copy_supplier_term
-- Grain: one row of supplier_terms.csv in force. Inputs: ledger.supplier_term, ledger.reference_file.
CREATE OR REPLACE TEMP TABLE supplier_term AS
SELECT counterparty_code, payment_days, is_end_of_month, is_memory_on
FROM ledger.supplier_term
WHERE version = (SELECT max(version) FROM ledger.reference_file WHERE file_name = 'supplier_terms.csv')

-- name: copy_sync_code
-- Grain: one row of sync_codes.csv in force. Inputs: ledger.sync_code, ledger.reference_file.
CREATE OR REPLACE TEMP TABLE sync_code AS
SELECT company_code, code_kind, our_code, program_code
FROM ledger.sync_code
WHERE version = (SELECT max(version) FROM ledger.reference_file WHERE file_name = 'sync_codes.csv')

-- name: copy_treasury_account
-- Grain: one row of treasury_accounts.csv in force. Inputs: ledger.treasury_account, ledger.reference_file.
CREATE OR REPLACE TEMP TABLE treasury_account AS
SELECT company_code, account_code, payment_type, cash_flow_item, rating, delay_days, nickname, address, postcode, city,
       province
FROM ledger.treasury_account
WHERE version = (SELECT max(version) FROM ledger.reference_file WHERE file_name = 'treasury_accounts.csv')

-- name: copy_vat_code
-- Grain: one row of vat_codes.csv in force. Inputs: ledger.vat_code, ledger.reference_file.
CREATE OR REPLACE TEMP TABLE vat_code AS
SELECT company_code, vat_code, vat_code_name, vat_rate, vat_nature, exigibility, treatment, deductible_pct,
       vat_account_code, second_account_code
FROM ledger.vat_code
WHERE version = (SELECT max(version) FROM ledger.reference_file WHERE file_name = 'vat_codes.csv')

-- name: copy_welfare_fund_account
-- Grain: one row of welfare_funds.csv in force. Inputs: ledger.welfare_fund_account, ledger.reference_file.
CREATE OR REPLACE TEMP TABLE welfare_fund_account AS
SELECT company_code, fund_type, account_code, is_withheld
FROM ledger.welfare_fund_account
WHERE version = (SELECT max(version) FROM ledger.reference_file WHERE file_name = 'welfare_funds.csv')

-- name: copy_withholding_account
-- Grain: one row of withholding_accounts.csv in force. Inputs: ledger.withholding_account, ledger.reference_file.
CREATE OR REPLACE TEMP TABLE withholding_account AS
SELECT company_code, withholding_type, account_code
FROM ledger.withholding_account
WHERE version = (SELECT max(version) FROM ledger.reference_file WHERE file_name = 'withholding_accounts.csv')

-- name: setting_of_workbench
-- Grain: one setting in force. Input: setting.
SELECT company_code, setting_name, setting_value FROM setting

-- name: company_of_workbench
-- Grain: one company. Input: company.
SELECT company_code FROM company

-- name: company_setting
-- Grain: one company with its settings, as statements compare with them. Input: company_setting_rows.
CREATE OR REPLACE TEMP TABLE company_setting AS SELECT * FROM company_setting_rows
