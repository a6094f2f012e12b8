-- Grain: one item that was to be withdrawn and is withdrawn already. Inputs: target (items), ledger.open_item. Order: name.
SELECT item.company_code || ':' || item.open_item_key AS name
FROM ledger.open_item AS item
JOIN target ON target.id = item.item_id
WHERE item.status = 'withdrawn'
ORDER BY name
