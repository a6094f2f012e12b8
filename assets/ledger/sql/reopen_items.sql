-- Grain: one withdrawn item that is open again, as it stood. Input: given (items); $now.
UPDATE ledger.open_item SET status = 'open', opened_at = $now WHERE item_id IN (SELECT item_id FROM given)
