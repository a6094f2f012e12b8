-- Grain: one posting or open item that a correction moved, with its amount. Inputs: ledger.correction_effect, ledger.posting,
-- ledger.settlement, ledger.open_item.
SELECT effect.correction_id, posting.company_code, posting.account_code, posting.debit_amount + posting.credit_amount AS amount
FROM ledger.correction_effect AS effect
JOIN ledger.posting AS posting ON posting.entry_id = effect.object_id
WHERE effect.effect_kind = 'entry_made'
UNION ALL
SELECT effect.correction_id, item.company_code, item.account_code, settlement.amount
FROM ledger.correction_effect AS effect
JOIN ledger.settlement AS settlement ON settlement.settlement_id = effect.object_id
JOIN ledger.open_item AS item USING (item_id)
WHERE effect.effect_kind IN ('settlement_made', 'settlement_undone')
UNION ALL
SELECT effect.correction_id, item.company_code, item.account_code, item.original_amount
FROM ledger.correction_effect AS effect
JOIN ledger.open_item AS item ON item.item_id = effect.object_id
WHERE effect.effect_kind IN ('item_opened', 'item_withdrawn')
