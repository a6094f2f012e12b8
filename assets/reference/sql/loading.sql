-- Rows of reference files as the tables of the ledger have them.

-- name: load_account
-- Grain: one row of chart_of_accounts.csv, in the version that comes into force. Input: incoming.
INSERT INTO ledger.account
SELECT $version, company_code, account_code, account_name, account_second_name, account_kind, counterparty_code,
       is_active = 'true'
FROM incoming

-- name: load_accounting_period
-- Grain: one row of accounting_periods.csv, in the version that comes into force. Input: incoming.
INSERT INTO ledger.accounting_period
SELECT $version, company_code, period_code, CAST(start_date AS DATE), CAST(end_date AS DATE), period_status
FROM incoming

-- name: load_accounting_reason
-- Grain: one row of accounting_reasons.csv, in the version that comes into force. Input: incoming.
INSERT INTO ledger.accounting_reason
SELECT $version, company_code, accounting_reason_code, accounting_reason_name
FROM incoming

-- name: load_company
-- Grain: one row of companies.csv, in the version that comes into force. Input: incoming.
INSERT INTO ledger.company
SELECT $version, company_code, company_name, currency_code, country_code, vat_number, tax_code
FROM incoming

-- name: load_counterparty
-- Grain: one row of counterparties.csv, in the version that comes into force. Input: incoming.
INSERT INTO ledger.counterparty
SELECT $version, counterparty_code, counterparty_name, counterparty_kind, country_code, vat_number, tax_code, iban
FROM incoming

-- name: load_counterparty_identifier
-- Grain: one row of counterparty_identifiers.csv, in the version that comes into force. Input: incoming.
INSERT INTO ledger.counterparty_identifier
SELECT $version, counterparty_code, scheme_code, identifier, CAST(valid_from AS DATE), CAST(valid_to AS DATE)
FROM incoming

-- name: load_exchange_rate
-- Grain: one row of exchange_rates.csv, in the version that comes into force. Input: incoming.
INSERT INTO ledger.exchange_rate
SELECT $version, currency_code, CAST(rate_date AS DATE), CAST(exchange_rate AS DECIMAL(18,6)),
       company_currency_code
FROM incoming

-- name: load_invoice_rule
-- Grain: one row of invoice_rules.csv, in the version that comes into force. Input: incoming.
INSERT INTO ledger.invoice_rule
SELECT $version, rule_code, company_code, counterparty_code, document_type, line_text, account_code, vat_code
FROM incoming

-- name: load_item_deferred_vat
-- Grain: one row of item_deferred_vat.csv, in the version that comes into force. Input: incoming.
INSERT INTO ledger.item_deferred_vat
SELECT $version, company_code, open_item_key, CAST(deferred_amount AS DECIMAL(18,4)), deferred_account_code,
       vat_account_code
FROM incoming

-- name: load_item_withholding
-- Grain: one row of item_withholding.csv, in the version that comes into force. Input: incoming.
INSERT INTO ledger.item_withholding
SELECT $version, company_code, open_item_key, CAST(withholding_amount AS DECIMAL(18,4)), account_code
FROM incoming

-- name: load_posting_rule
-- Grain: one row of posting_rules.csv, in the version that comes into force. Input: incoming. Blank due_days means 0.
INSERT INTO ledger.posting_rule
SELECT $version, company_code, accounting_reason_code, posting_rule, account_code,
       CAST(coalesce(due_days, '0') AS INTEGER)
FROM incoming

-- name: load_reason_description
-- Grain: one row of reason_descriptions.csv, in the version that comes into force. Input: incoming.
INSERT INTO ledger.reason_description
SELECT $version, company_code, operation_description, accounting_reason_code
FROM incoming

-- name: load_sales_rule
-- Grain: one row of sales_rules.csv, in the version that comes into force. Input: incoming.
INSERT INTO ledger.sales_rule
SELECT $version, rule_code, company_code, counterparty_code, line_text, CAST(vat_rate AS DECIMAL(9,4)), vat_nature,
       account_code, vat_code, vat_account_code
FROM incoming

-- name: load_setting
-- Grain: one row of settings.csv, in the version that comes into force. Input: incoming.
INSERT INTO ledger.setting
SELECT $version, company_code, setting_name, setting_value
FROM incoming

-- name: load_supplier_term
-- Grain: one row of supplier_terms.csv, in the version that comes into force. Input: incoming.
INSERT INTO ledger.supplier_term
SELECT $version, counterparty_code, CAST(payment_days AS INTEGER), is_end_of_month = 'true',
       uses_memory = 'true'
FROM incoming

-- name: load_sync_code
-- Grain: one row of sync_codes.csv, in the version that comes into force. Input: incoming.
INSERT INTO ledger.sync_code
SELECT $version, company_code, code_kind, our_code, program_code
FROM incoming

-- name: load_treasury_account
-- Grain: one row of treasury_accounts.csv, in the version that comes into force. Input: incoming.
INSERT INTO ledger.treasury_account
SELECT $version, company_code, account_code, payment_type, cash_flow_item, rating, CAST(delay_days AS INTEGER),
       nickname,
       address, postcode, city, province
FROM incoming

-- name: load_vat_code
-- Grain: one row of vat_codes.csv, in the version that comes into force. Input: incoming. A blank exigibility means I.
INSERT INTO ledger.vat_code
SELECT $version, company_code, vat_code, vat_code_name, CAST(vat_rate AS DECIMAL(9,4)), vat_nature,
       coalesce(exigibility, 'I'), treatment, CAST(deductible_pct AS DECIMAL(9,4)), vat_account_code,
       second_account_code
FROM incoming

-- name: load_welfare_fund_account
-- Grain: one row of welfare_funds.csv, in the version that comes into force. Input: incoming.
INSERT INTO ledger.welfare_fund_account
SELECT $version, company_code, fund_type, account_code, is_withheld = 'true'
FROM incoming

-- name: load_withholding_account
-- Grain: one row of withholding_accounts.csv, in the version that comes into force. Input: incoming.
INSERT INTO ledger.withholding_account
SELECT $version, company_code, withholding_type, account_code
FROM incoming
