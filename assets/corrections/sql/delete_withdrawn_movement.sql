-- Grain: one entry of a movement that waits for an answer no more. Inputs: $entry_id.
DELETE FROM ledger.withdrawn_movement WHERE entry_id = $entry_id
