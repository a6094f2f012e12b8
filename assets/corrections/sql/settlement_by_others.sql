-- Grain: one settlement by somebody else that stands in the way of deleting the target entries: it settles an item that
-- they opened, or a person linked a posting of theirs. correction_id is the newest correction that made it. Inputs:
-- target (entries), ledger.settlement, ledger.open_item, ledger.correction, ledger.correction_effect. Order: settlement_id.
SELECT settlement.settlement_id, settlement.entry_id, settlement.line_number, item.company_code, item.open_item_key,
       (SELECT max(effect.correction_id)
        FROM ledger.correction_effect AS effect
        JOIN ledger.correction USING (correction_id)
        WHERE effect.effect_kind = 'settlement_made' AND effect.object_id = settlement.settlement_id
          AND correction.correction_kind <> 'undo' AND correction.undone_by_correction_id IS NULL) AS correction_id
FROM ledger.settlement AS settlement
JOIN ledger.open_item AS item USING (item_id)
LEFT JOIN target AS own ON own.id = settlement.entry_id
LEFT JOIN target AS opener ON opener.id = item.opened_by_entry_id
WHERE settlement.undone_at IS NULL
  AND ((opener.id IS NOT NULL AND own.id IS NULL)
       OR (own.id IS NOT NULL AND EXISTS (
               SELECT 1 FROM ledger.correction_effect AS effect
               JOIN ledger.correction USING (correction_id)
               WHERE effect.effect_kind = 'settlement_made' AND effect.object_id = settlement.settlement_id
                 AND correction.correction_kind <> 'undo')))
ORDER BY settlement.settlement_id
