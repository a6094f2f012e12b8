-- Grain: one open item that a posting of the target entries settles. Inputs: target (entries), ledger.settlement,
-- ledger.open_item. Order: settlement_id.
SELECT item.company_code, item.open_item_key
FROM ledger.settlement AS settlement
JOIN target ON target.id = settlement.entry_id
JOIN ledger.open_item AS item USING (item_id)
WHERE settlement.undone_at IS NULL
ORDER BY settlement.settlement_id
