-- Grain: one row of item_deferred_vat.csv, in the version that comes into force. Input: incoming.
INSERT INTO ledger.item_deferred_vat
SELECT $version, company_code, open_item_key, CAST(deferred_amount AS DECIMAL(18,4)), deferred_account_code,
       vat_account_code
FROM incoming
