-- Grain: one posting that counts and of which a correction changed what is linked, with what is unlinked now. Postings of entries
-- that the correction made itself are left out. Inputs: ledger.correction_effect, ledger.settlement, ledger.payment_item,
-- ledger.posting, ledger.reversed_entry; $correction_id, $limit. Order: entry and line.
WITH touched AS (
    SELECT settlement.entry_id, settlement.line_number
    FROM ledger.correction_effect AS effect
    JOIN ledger.settlement AS settlement ON settlement.settlement_id = effect.object_id
    WHERE effect.correction_id = $correction_id AND effect.effect_kind IN ('settlement_made', 'settlement_undone')
    UNION
    SELECT item.entry_id, item.line_number
    FROM ledger.correction_effect AS effect
    JOIN ledger.payment_item AS item ON item.item_id = effect.object_id
    WHERE effect.correction_id = $correction_id AND effect.effect_kind IN ('item_opened', 'item_withdrawn')
)
SELECT posting.entry_id, posting.line_number, posting.company_code, posting.account_code, posting.company_currency_code,
       posting.debit_amount + posting.credit_amount AS amount, posting.debit_amount + posting.credit_amount - posting.linked_amount AS unlinked_amount,
       posting.unlinked_reason
FROM touched
JOIN ledger.posting AS posting ON posting.entry_id = touched.entry_id AND posting.line_number = touched.line_number
ANTI JOIN ledger.reversed_entry AS reversed ON reversed.entry_id = posting.entry_id
ANTI JOIN (
    SELECT object_id AS entry_id FROM ledger.correction_effect
    WHERE correction_id = $correction_id AND effect_kind = 'entry_made'
) AS own ON own.entry_id = posting.entry_id
ORDER BY posting.entry_id, posting.line_number
LIMIT $limit
