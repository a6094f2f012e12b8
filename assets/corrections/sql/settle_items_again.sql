-- Grain: one open item that is settled again. Input: settlement_again, added up per item.
UPDATE ledger.open_item AS item
SET settled_amount = item.settled_amount + again.amount,
    settled_amount_company_currency = item.settled_amount_company_currency + again.company_amount,
    status = CASE WHEN item.settled_amount + again.amount = item.original_amount THEN 'closed' ELSE item.status END
FROM (
    SELECT item_id, CAST(sum(amount) AS DECIMAL(18,4)) AS amount,
           CAST(sum(amount_company_currency) AS DECIMAL(18,4)) AS company_amount
    FROM settlement_again GROUP BY item_id
) AS again
WHERE again.item_id = item.item_id
