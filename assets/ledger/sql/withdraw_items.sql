-- Grain: one open item that is withdrawn. Its row stays, so that its key is never given to another. Input: given (items).
UPDATE ledger.open_item SET status = 'withdrawn' WHERE item_id IN (SELECT item_id FROM given)
