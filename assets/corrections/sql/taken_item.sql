-- Grain: one item that has less left than is to be settled again. Inputs: settlement_again, ledger.open_item. Order: name.
SELECT item.company_code || ':' || item.open_item_key AS name
FROM (SELECT item_id, sum(amount) AS amount FROM settlement_again GROUP BY item_id) AS again
JOIN ledger.open_item AS item USING (item_id)
WHERE item.status = 'withdrawn' OR item.original_amount - item.settled_amount < again.amount
ORDER BY name
