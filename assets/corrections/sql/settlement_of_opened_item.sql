-- Grain: one settlement that stands, of an item that this entry opened. Inputs: ledger.settlement, ledger.open_item; $entry_id.
-- Order: settlement_id.
SELECT item.open_item_key, settlement.entry_id, settlement.line_number, settlement.settlement_date
FROM ledger.settlement AS settlement
JOIN ledger.open_item AS item USING (item_id)
WHERE item.opened_by_entry_id = $entry_id AND settlement.undone_at IS NULL
ORDER BY settlement.settlement_id
