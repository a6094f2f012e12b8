-- Grain: one company, currency and side: how many items are open and what is left of them.
SELECT company_code, currency_code, side, count(*) AS open_item_count,
       sum(original_amount - settled_amount) AS residual_amount
FROM ledger.open_item
WHERE status = 'open'
GROUP BY company_code, currency_code, side
ORDER BY company_code, currency_code, side
