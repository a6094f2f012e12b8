-- Grain: one item that is open again under a key of its own. Input: opened_item.
INSERT INTO ledger.reopened_item
SELECT item_id, reopens_item_id FROM opened_item WHERE reopens_item_id IS NOT NULL
