-- Grain: one open item that gets back what was settled. Input: given, added up per item.
UPDATE ledger.open_item AS item
SET settled_amount = item.settled_amount - undone.amount,
    settled_amount_company_currency = item.settled_amount_company_currency - undone.company_amount,
    status = CASE WHEN item.status = 'closed' THEN 'open' ELSE item.status END
FROM (
    SELECT item_id, CAST(sum(amount) AS DECIMAL(18,4)) AS amount,
           CAST(sum(amount_company_currency) AS DECIMAL(18,4)) AS company_amount
    FROM given GROUP BY item_id
) AS undone
WHERE undone.item_id = item.item_id
