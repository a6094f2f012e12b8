-- Grain: one entry of a movement that waits for an answer again. Inputs: $entry_id.
INSERT INTO ledger.withdrawn_movement VALUES ($entry_id)
