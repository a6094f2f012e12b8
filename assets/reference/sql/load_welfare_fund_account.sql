-- Grain: one row of welfare_funds.csv, in the version that comes into force. Input: incoming.
INSERT INTO ledger.welfare_fund_account
SELECT $version, company_code, fund_type, account_code, is_withheld = 'true'
FROM incoming
