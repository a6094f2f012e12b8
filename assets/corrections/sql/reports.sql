-- What people ask about corrections.

-- name: report_corrections
-- Grain: one correction. Input: ledger.correction.
SELECT correction_id, correction_kind, subject, arguments, requested_by, reason, run_id, made_at, undoes_correction_id,
       undone_by_correction_id, 'C' || correction_id AS correction_number
FROM ledger.correction

-- name: report_correction_parts
-- Grain: one posting or open item that a correction moved, with its amount. Inputs: ledger.correction_effect,
-- ledger.posting, ledger.settlement, ledger.open_item.
SELECT effect.correction_id, posting.company_code, posting.account_code,
       posting.debit_amount + posting.credit_amount AS amount
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

-- name: last_correction
-- Grain: one of the last corrections and one currency of what it moved: the debits of the entries that it made or let a
-- file post; where it made none, what it settled or let go, in the company's currency. amount is null where it moved
-- nothing. Inputs: ledger.correction, ledger.correction_effect, ledger.posting, ledger.settlement; $limit on
-- corrections. Order: newest first.
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

-- name: correction_of_run
-- Grain: the correction that a run made. Input: ledger.correction; $run_id.
SELECT correction_id FROM ledger.correction WHERE run_id = $run_id

-- name: account_of_payment
-- Grain: one posting, with the first account of a bank, else of transit, in its entry; null if there is none. Inputs:
-- ledger.reference_file, ledger.posting, ledger.account (in force); $entry_id, $line_number.
SELECT other.account_code, posting.posting_date
FROM ledger.posting AS posting
LEFT JOIN (
    SELECT line.account_code, line.line_number, account.account_kind
    FROM ledger.posting AS line
    JOIN ledger.account AS account
      ON account.company_code = line.company_code AND account.account_code = line.account_code
     AND account.version = (SELECT max(version) FROM ledger.reference_file WHERE file_name = 'chart_of_accounts.csv')
    WHERE line.entry_id = $entry_id AND account.account_kind IN ('bank', 'transit')
) AS other ON other.line_number <> posting.line_number
WHERE posting.entry_id = $entry_id AND posting.line_number = $line_number
ORDER BY other.account_kind, other.line_number
LIMIT 1
