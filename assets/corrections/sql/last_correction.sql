-- Grain: one of the last corrections and one currency of what it moved: the debits of the entries that it made or let a file post; where it made
-- none, what it settled or let go, in the company's currency. amount is null where it moved nothing. Inputs:
-- ledger.correction, ledger.correction_effect, ledger.posting, ledger.settlement; $limit on corrections. Order: newest first.
WITH chosen AS (
    SELECT correction_id, correction_kind, subject, requested_by, reason, made_at
    FROM ledger.correction
    ORDER BY correction_id DESC
    LIMIT $limit
), effect AS (
    SELECT correction_id, effect_kind, object_id FROM ledger.correction_effect SEMI JOIN chosen USING (correction_id)
), entry AS (
    SELECT effect.correction_id, posting.company_currency_code, sum(posting.debit_amount) AS amount
    FROM effect
    JOIN ledger.posting AS posting ON posting.entry_id = effect.object_id
    WHERE effect.effect_kind IN ('entry_made', 'movement_posted')
    GROUP BY ALL
), settled AS (
    SELECT effect.correction_id, posting.company_currency_code, sum(settlement.amount_company_currency) AS amount
    FROM effect
    JOIN ledger.settlement AS settlement ON settlement.settlement_id = effect.object_id
    JOIN ledger.posting AS posting USING (entry_id, line_number)
    ANTI JOIN entry ON entry.correction_id = effect.correction_id
    WHERE effect.effect_kind IN ('settlement_made', 'settlement_undone')
    GROUP BY ALL
)
SELECT chosen.*, moved.company_currency_code, CAST(moved.amount AS DECIMAL(18,4)) AS amount
FROM chosen
LEFT JOIN (SELECT * FROM entry UNION ALL SELECT * FROM settled) AS moved USING (correction_id)
ORDER BY chosen.correction_id DESC, moved.company_currency_code
