-- Grain: one open item as the treasury knows it after this export, of those that it did not know so before. With those
-- that stay they are all open items with a residual, which is what was exported. Input: changed_item. Invariant:
-- (company_code, open_item_key) is unique, as in ledger.open_item; what was known of an item is deleted before.
INSERT INTO ledger.exported_item
SELECT company_code, open_item_key, account_code, side, currency_code, residual_amount
FROM changed_item
WHERE account_code IS NOT NULL
