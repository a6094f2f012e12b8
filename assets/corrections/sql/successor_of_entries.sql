-- Grain: one item that the target entries settle and that is open again under another key, since its payment came back unpaid
-- (D16) by an entry that is not among them. Inputs: target (entries), ledger.settlement, ledger.open_item, ledger.reopened_item.
-- Order: settlement_id.
SELECT item.company_code || ':' || item.open_item_key AS name, successor.open_item_key, successor.opened_by_entry_id
FROM ledger.settlement AS settlement
JOIN target ON target.id = settlement.entry_id
JOIN ledger.open_item AS item ON item.item_id = settlement.item_id
JOIN ledger.reopened_item AS again ON again.reopens_item_id = item.item_id
JOIN ledger.open_item AS successor ON successor.item_id = again.item_id
LEFT JOIN target AS own ON own.id = successor.opened_by_entry_id
WHERE settlement.undone_at IS NULL AND successor.status <> 'withdrawn' AND own.id IS NULL
ORDER BY settlement.settlement_id
