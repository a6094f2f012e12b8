-- Grain: one movement that waits for an answer again; its entry is reversed. Inputs: $entry_id.
DELETE FROM ledger.imported_movement WHERE entry_id = $entry_id
