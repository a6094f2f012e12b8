-- Grain: one open item that postings added by special cases settle. Input: numbered_posting, added up per item, so that
-- one row matches one item.
UPDATE ledger.open_item AS item
SET settled_amount = item.settled_amount + paid.amount,
    settled_amount_company_currency = item.settled_amount_company_currency + paid.company_amount,
    status = CASE WHEN item.settled_amount + paid.amount = item.original_amount THEN 'closed' ELSE item.status END
FROM (
    SELECT item_id, CAST(sum(settled_amount) AS DECIMAL(18,4)) AS amount,
           CAST(sum(abs(company_amount)) AS DECIMAL(18,4)) AS company_amount
    FROM numbered_posting WHERE settled_amount IS NOT NULL GROUP BY item_id
) AS paid
WHERE item.item_id = paid.item_id
