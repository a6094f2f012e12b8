-- Grain: one entry of a movement that a correction took out of the ledger. Inputs: ledger.correction_effect; $correction_id. Order:
-- entry_id.
SELECT object_id AS entry_id
FROM ledger.correction_effect
WHERE correction_id = $correction_id AND effect_kind = 'movement_withdrawn'
ORDER BY object_id
