-- Grain: one open item of an entry that is reversed; its row waits for a new entry of the same key. Inputs: $entry_id.
UPDATE ledger.open_item SET status = 'withdrawn' WHERE opened_by_entry_id = $entry_id
