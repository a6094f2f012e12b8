-- Grain: one withdrawn item that is open again, as it stood. Inputs: target (items); $now.
UPDATE ledger.open_item SET status = 'open', opened_at = $now WHERE item_id IN (SELECT id FROM target)
