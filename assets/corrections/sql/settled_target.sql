-- Grain: one item that was to be withdrawn and has settlements, or is withdrawn already. Inputs: target (items),
-- ledger.open_item. Order: name.
SELECT item.company_code || ':' || item.open_item_key AS name
FROM ledger.open_item AS item
JOIN target ON target.id = item.item_id
WHERE item.settled_amount <> 0 OR item.status <> 'open'
ORDER BY name
