-- Grain: one row of withholding_accounts.csv in force. Inputs: ledger.withholding_account, ledger.reference_file.
CREATE OR REPLACE TEMP TABLE withholding_account AS
SELECT company_code, withholding_type, account_code
FROM ledger.withholding_account
WHERE version = (SELECT max(version) FROM ledger.reference_file WHERE file_name = 'withholding_accounts.csv')
