-- Grain: one open item as the treasury knows it after this export: every open item with a residual, which is what was
-- exported. The items of the export before are deleted first: comparing a million of them costs twice as much as
-- writing them anew. Input: ledger.open_item. Invariant: (company_code, open_item_key) is unique, as in ledger.open_item.
INSERT INTO ledger.exported_item
SELECT company_code, open_item_key, account_code, side, currency_code, original_amount - settled_amount
FROM ledger.open_item
WHERE status = 'open' AND original_amount > settled_amount
