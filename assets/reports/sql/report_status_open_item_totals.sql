-- Grain: one currency and side. Input: ledger.open_item, the open ones. Order: currency_code, side.
SELECT currency_code,
       side,
       count(*) AS open_item_count,
       sum(original_amount - settled_amount) AS residual_total
FROM ledger.open_item
WHERE status = 'open'
GROUP BY currency_code, side
ORDER BY currency_code, side
