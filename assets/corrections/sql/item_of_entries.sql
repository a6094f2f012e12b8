-- Grain: one open item that the target entries opened and that stands. Inputs: target (entries), ledger.open_item. Order: item_id.
SELECT item.item_id
FROM ledger.open_item AS item
JOIN target ON target.id = item.opened_by_entry_id
WHERE item.status <> 'withdrawn'
ORDER BY item.item_id
