-- Grain: one open item that an entry opened. Input: ledger.open_item. Parameter: entry_id. Order: due date, key.
SELECT company_code, open_item_key, account_code, side, due_date, currency_code, original_amount, settled_amount,
       original_amount - settled_amount AS residual_amount, status, hold_reason
FROM ledger.open_item
WHERE opened_by_entry_id = $entry_id
ORDER BY due_date NULLS LAST, open_item_key
