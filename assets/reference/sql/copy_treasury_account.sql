-- Grain: one row of treasury_accounts.csv in force. Inputs: ledger.treasury_account, ledger.reference_file.
CREATE OR REPLACE TEMP TABLE treasury_account AS
SELECT company_code, account_code, payment_type, cash_flow_item, rating, delay_days, nickname, address, postcode, city, province
FROM ledger.treasury_account
WHERE version = (SELECT max(version) FROM ledger.reference_file WHERE file_name = 'treasury_accounts.csv')
