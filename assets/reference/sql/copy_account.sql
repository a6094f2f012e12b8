-- Grain: one row of chart_of_accounts.csv in force. Inputs: ledger.account, ledger.reference_file.
CREATE OR REPLACE TEMP TABLE account AS
SELECT company_code, account_code, account_name, account_second_name, account_kind, counterparty_code, is_active
FROM ledger.account
WHERE version = (SELECT max(version) FROM ledger.reference_file WHERE file_name = 'chart_of_accounts.csv')
