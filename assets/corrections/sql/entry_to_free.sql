-- Grain: one entry whose movement waits for an answer again. Inputs: $entry_id.
SELECT $entry_id AS entry_id
