-- Grain: one open item of which so much is settled more. Input: given, added up per item, so that one row matches one item.
UPDATE ledger.open_item AS item
SET settled_amount = item.settled_amount + paid.amount,
    settled_amount_company_currency = item.settled_amount_company_currency + paid.company_amount,
    status = CASE WHEN item.settled_amount + paid.amount = item.original_amount THEN 'closed' ELSE item.status END
FROM (
    SELECT item_id, CAST(sum(amount) AS DECIMAL(18,4)) AS amount,
           CAST(sum(amount_company_currency) AS DECIMAL(18,4)) AS company_amount
    FROM given GROUP BY item_id
) AS paid
WHERE item.item_id = paid.item_id
