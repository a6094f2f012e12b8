-- Grain: one row of treasury_accounts.csv, in the version that comes into force. Input: incoming.
INSERT INTO ledger.treasury_account
SELECT $version, company_code, account_code, payment_type, cash_flow_item, rating, CAST(delay_days AS INTEGER), nickname,
       address, postcode, city, province
FROM incoming
