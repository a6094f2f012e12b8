-- Grain: one open item as the treasury knows it after this export: the table becomes the set of open items with a
-- residual, which is what was exported. Inputs: ledger.open_item. Only rows that differ are written, since most items
-- are the same as the day before. Invariant: (company_code, open_item_key) is unique, as in ledger.open_item.
MERGE INTO ledger.exported_item AS known
USING (
    SELECT company_code, open_item_key, account_code, side, currency_code, original_amount - settled_amount AS residual_amount
    FROM ledger.open_item
    WHERE status = 'open' AND original_amount > settled_amount
) AS item
ON known.company_code = item.company_code AND known.open_item_key = item.open_item_key
WHEN MATCHED AND (known.account_code <> item.account_code OR known.side <> item.side
                  OR known.currency_code <> item.currency_code OR known.residual_amount <> item.residual_amount) THEN
    UPDATE SET account_code = item.account_code, side = item.side, currency_code = item.currency_code,
               residual_amount = item.residual_amount
WHEN NOT MATCHED BY SOURCE THEN DELETE
WHEN NOT MATCHED THEN
    INSERT VALUES (item.company_code, item.open_item_key, item.account_code, item.side, item.currency_code, item.residual_amount)
