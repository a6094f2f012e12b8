-- Grain: one open item (its row_id), with what is looked at to find it. Input: ledger.open_item. Parameter: status (null = all).
SELECT rowid AS row_id, *, original_amount - settled_amount AS residual_amount
FROM ledger.open_item
WHERE $status IS NULL OR status = $status
