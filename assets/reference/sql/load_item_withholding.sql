-- Grain: one row of item_withholding.csv, in the version that comes into force. Input: incoming.
INSERT INTO ledger.item_withholding
SELECT $version, company_code, open_item_key, CAST(withholding_amount AS DECIMAL(18,4)), account_code
FROM incoming
