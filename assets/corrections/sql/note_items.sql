-- Grain: one effect per item, with the entry that opened it. Inputs: target (items), ledger.open_item; $correction_id, $effect_kind.
INSERT INTO ledger.correction_effect
SELECT $correction_id, $effect_kind, item.item_id, item.opened_by_entry_id
FROM ledger.open_item AS item
JOIN target ON target.id = item.item_id
