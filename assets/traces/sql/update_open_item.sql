-- Grain: one open item that this file settles. Input: new_settlement, added up per item, so that one row
-- matches one item.
UPDATE ledger.open_item AS item
SET settled_amount = item.settled_amount + paid.amount,
    settled_amount_company_currency = item.settled_amount_company_currency + paid.company_amount,
    status = CASE WHEN item.settled_amount + paid.amount = item.original_amount THEN 'closed' ELSE item.status END
FROM (
    SELECT item_id, CAST(sum(applied_amount) AS DECIMAL(18,4)) AS amount,
           CAST(sum(settled_company_amount) AS DECIMAL(18,4)) AS company_amount
    FROM new_settlement GROUP BY item_id
) AS paid
WHERE item.item_id = paid.item_id
