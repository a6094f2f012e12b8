-- Why a payment is not linked, and what has ended.

-- name: caused_finding
-- Grain: one warning about a payment of a trace, open or ended with its cause, and whether that cause is there: the
-- payment counts and something of it is unlinked (D07, D16); or it is linked and its item, which it should have closed,
-- is open (D14); or it is linked (D21). Those of an earlier attempt are not open any more, whatever they say. Inputs:
-- ledger.finding, ledger.file_import, ledger.posting, ledger.reversed_entry, ledger.open_item.
CREATE OR REPLACE TEMP TABLE caused_finding AS
WITH warning AS (
    SELECT import_id, attempt, ordinal, line_number, finding_code, resolution IS NULL AS is_open
    FROM ledger.finding
    SEMI JOIN ledger.file_import AS import USING (import_id, attempt)
    WHERE (resolution IS NULL OR resolution = 'ended')
      AND finding_code IN ('open_item_not_found', 'open_item_on_other_account', 'open_item_closed',
                           'open_item_currency_differs',
                           'open_item_wrong_side', 'payment_exceeds_residual', 'unpaid_exceeds_settled',
                           'full_settlement_leaves_residual', 'exchange_difference_not_booked')
)
SELECT warning.import_id, warning.attempt, warning.ordinal,
       coalesce(bool_or(CASE WHEN reversed.entry_id IS NOT NULL THEN false
                             WHEN warning.finding_code = 'full_settlement_leaves_residual' THEN posting.is_linked
                                 AND item.status = 'open'
                             WHEN warning.finding_code = 'exchange_difference_not_booked' THEN posting.is_linked
                             ELSE posting.unlinked_reason IS NOT NULL END), false) AS is_caused
FROM warning
JOIN ledger.posting AS posting ON posting.import_id = warning.import_id AND posting.source_line = warning.line_number
LEFT JOIN ledger.reversed_entry AS reversed ON reversed.entry_id = posting.entry_id
LEFT JOIN ledger.open_item AS item ON item.company_code = posting.company_code
  AND item.open_item_key = posting.open_item_key
GROUP BY warning.import_id, warning.attempt, warning.ordinal
HAVING any_value(warning.is_open) IS DISTINCT FROM is_caused

-- name: caused_finding_to_turn
-- Grain: one warning that ends with its cause, or is there again with it. Inputs: ledger.finding, caused_finding; $now,
-- $who, $reason.
SELECT finding.rowid AS finding_row
FROM caused_finding AS changed
JOIN ledger.finding AS finding ON finding.import_id = changed.import_id AND finding.attempt = changed.attempt
  AND finding.ordinal = changed.ordinal
WHERE changed.is_caused = $is_caused
