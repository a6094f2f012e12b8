-- Grain: one item that a correction withdrew and that had another life since, opened by something else. Inputs:
-- ledger.correction_effect, ledger.open_item; $correction_id. Order: name.
SELECT item.company_code || ':' || item.open_item_key AS name
FROM ledger.correction_effect AS effect
JOIN ledger.open_item AS item ON item.item_id = effect.object_id
WHERE effect.correction_id = $correction_id AND effect.effect_kind = 'item_withdrawn'
  AND item.opened_by_entry_id IS DISTINCT FROM effect.other_id
ORDER BY name
