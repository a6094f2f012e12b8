-- Grain: one row of withholding_accounts.csv, in the version that comes into force. Input: incoming.
INSERT INTO ledger.withholding_account
SELECT $version, company_code, withholding_type, account_code
FROM incoming
