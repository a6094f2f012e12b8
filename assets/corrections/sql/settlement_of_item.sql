-- Grain: one settlement of an item that stands, with the newest correction that made it and stands itself. Inputs:
-- ledger.settlement, ledger.correction, ledger.correction_effect; $item_id. Order: settlement_id.
SELECT settlement.settlement_id, settlement.entry_id, settlement.line_number,
       (SELECT max(effect.correction_id)
        FROM ledger.correction_effect AS effect
        JOIN ledger.correction USING (correction_id)
        WHERE effect.effect_kind = 'settlement_made' AND effect.object_id = settlement.settlement_id
          AND correction.correction_kind <> 'undo' AND correction.undone_by_correction_id IS NULL) AS correction_id
FROM ledger.settlement AS settlement
WHERE settlement.item_id = $item_id AND settlement.undone_at IS NULL
ORDER BY settlement.settlement_id
