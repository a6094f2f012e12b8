-- Grain: one settlement of an item that stands, with the newest correction that made it and stands itself (null where a trace
-- did). Inputs: ledger.settlement, ledger.correction, ledger.correction_effect; $item_id. Order: settlement_id.
WITH made AS (
    SELECT settlement.settlement_id, max(effect.correction_id) AS correction_id
    FROM ledger.settlement AS settlement
    JOIN ledger.correction_effect AS effect ON effect.object_id = settlement.settlement_id AND effect.effect_kind = 'settlement_made'
    JOIN ledger.correction USING (correction_id)
    WHERE settlement.item_id = $item_id AND settlement.import_id IS NULL AND correction.undone_by_correction_id IS NULL
    GROUP BY settlement.settlement_id
)
SELECT settlement.settlement_id, settlement.entry_id, settlement.line_number, made.correction_id, correction.correction_kind
FROM ledger.settlement AS settlement
LEFT JOIN made USING (settlement_id)
LEFT JOIN ledger.correction AS correction ON correction.correction_id = made.correction_id
WHERE settlement.item_id = $item_id AND settlement.undone_at IS NULL
ORDER BY settlement.settlement_id
