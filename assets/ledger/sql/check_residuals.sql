-- Grain: one open item that differs from its settlements, is negative, or has the wrong status. Inputs:
-- ledger.open_item, ledger.settlement.
WITH paid AS (
    SELECT item_id, sum(amount) AS amount, sum(amount_company_currency) AS company_amount
    FROM ledger.settlement WHERE undone_at IS NULL GROUP BY item_id
)
SELECT item.company_code, item.open_item_key, item.original_amount, item.settled_amount,
       coalesce(paid.amount, 0) AS settlements, item.status
FROM ledger.open_item AS item
LEFT JOIN paid USING (item_id)
WHERE item.settled_amount <> coalesce(paid.amount, 0)
   OR item.settled_amount_company_currency <> coalesce(paid.company_amount, 0)
   OR item.settled_amount > item.original_amount
   OR (item.status = 'closed') <> (item.settled_amount = item.original_amount)
ORDER BY item.company_code, item.open_item_key
