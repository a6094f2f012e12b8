-- Grain: one open item that an entry opened and that stands. Inputs: ledger.open_item; $entry_id. Order: item_id.
SELECT item_id FROM ledger.open_item WHERE opened_by_entry_id = $entry_id AND status <> 'withdrawn' ORDER BY item_id
