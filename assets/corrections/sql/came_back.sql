-- Grain: one item of which more came back unpaid (D16) than would still be settled. Items that came back by an entry that is
-- reversed do not count. Inputs: undone_settlement, ledger.open_item, ledger.reopened_item, ledger.reversed_entry. Order: name.
SELECT item.company_code || ':' || item.open_item_key || ' as ' || string_agg(successor.open_item_key, ', ' ORDER BY successor.item_id) AS name
FROM (SELECT item_id, sum(amount) AS amount FROM undone_settlement GROUP BY item_id) AS undone
JOIN ledger.open_item AS item USING (item_id)
JOIN ledger.reopened_item AS again ON again.reopens_item_id = item.item_id
JOIN ledger.open_item AS successor ON successor.item_id = again.item_id
ANTI JOIN ledger.reversed_entry AS reversed ON reversed.entry_id = successor.opened_by_entry_id
WHERE successor.status <> 'withdrawn'
GROUP BY item.company_code, item.open_item_key, item.settled_amount, undone.amount
HAVING sum(successor.original_amount) > item.settled_amount - undone.amount
ORDER BY name
