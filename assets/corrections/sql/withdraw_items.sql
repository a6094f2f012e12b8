-- Grain: one open item that is withdrawn. Its row stays, so that its key is never given to another. Inputs: target (items).
UPDATE ledger.open_item SET status = 'withdrawn' WHERE item_id IN (SELECT id FROM target)
