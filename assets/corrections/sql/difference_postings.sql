-- Grain: one posting of the entries that a correction made, or that a file posted since its question was answered. Inputs: ledger.correction_effect, ledger.posting; $correction_id,
-- $limit. Order: entry and line.
SELECT posting.entry_id, posting.line_number, posting.company_code, posting.account_code, posting.posting_date,
       posting.debit_amount, posting.credit_amount, posting.company_currency_code, posting.open_item_key, posting.description
FROM ledger.correction_effect AS effect
JOIN ledger.posting AS posting ON posting.entry_id = effect.object_id
WHERE effect.correction_id = $correction_id AND effect.effect_kind IN ('entry_made', 'movement_posted')
ORDER BY posting.entry_id, posting.line_number
LIMIT $limit
