-- Grain: one row of chart_of_accounts.csv, in the version that comes into force. Input: incoming.
INSERT INTO ledger.account
SELECT $version, company_code, account_code, account_name, account_second_name, account_kind, counterparty_code, is_active = 'true'
FROM incoming
