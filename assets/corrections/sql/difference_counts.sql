-- Grain: one row: how much a correction changed. Inputs: ledger.correction_effect; $correction_id.
SELECT count(*) FILTER (effect_kind IN ('entry_made', 'movement_posted')) AS entry_count,
       count(*) FILTER (effect_kind = 'settlement_made') AS settlement_made_count,
       count(*) FILTER (effect_kind = 'settlement_undone') AS settlement_undone_count,
       count(*) FILTER (effect_kind = 'item_opened') AS item_opened_count,
       count(*) FILTER (effect_kind = 'item_withdrawn') AS item_withdrawn_count
FROM ledger.correction_effect
WHERE correction_id = $correction_id
