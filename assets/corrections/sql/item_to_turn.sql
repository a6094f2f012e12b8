-- Grain: one item that a correction opened or withdrew. Inputs: ledger.correction_effect; $correction_id, $effect_kind. Order: item.
SELECT object_id AS item_id
FROM ledger.correction_effect
WHERE correction_id = $correction_id AND effect_kind = $effect_kind
ORDER BY object_id
