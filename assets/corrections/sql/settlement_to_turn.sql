-- Grain: one settlement that a correction made and that stands, or that it undid. Inputs: ledger.correction_effect,
-- ledger.settlement; $correction_id, $effect_kind. Order: settlement_id.
SELECT settlement.settlement_id
FROM ledger.correction_effect AS effect
JOIN ledger.settlement AS settlement ON settlement.settlement_id = effect.object_id
WHERE effect.correction_id = $correction_id AND effect.effect_kind = $effect_kind
  AND (settlement.undone_at IS NULL) = (effect.effect_kind = 'settlement_made')
ORDER BY settlement.settlement_id
