-- Grain: one row of welfare_funds.csv in force. Inputs: ledger.welfare_fund_account, ledger.reference_file.
CREATE OR REPLACE TEMP TABLE welfare_fund_account AS
SELECT company_code, fund_type, account_code, is_withheld
FROM ledger.welfare_fund_account
WHERE version = (SELECT max(version) FROM ledger.reference_file WHERE file_name = 'welfare_funds.csv')
