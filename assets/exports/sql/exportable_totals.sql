-- Grain: one company, currency and side: how many items are open and not held, and what of them is to be paid or collected, net of what is
-- withheld. Inputs: ledger.open_item, withheld_left. It is counted apart from the lines, which have to come to the same.
SELECT item.company_code, item.currency_code, item.side, count(*) AS open_item_count,
       sum(item.original_amount - item.settled_amount) - coalesce(sum(withheld.left_amount), 0) AS residual_amount
FROM ledger.open_item AS item
LEFT JOIN withheld_left AS withheld USING (item_id)
WHERE item.status = 'open' AND item.hold_reason IS NULL
GROUP BY item.company_code, item.currency_code, item.side
ORDER BY item.company_code, item.currency_code, item.side
