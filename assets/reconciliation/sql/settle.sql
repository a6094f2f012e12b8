-- Which posting closes which open item, and by how much.

-- name: check_settlements
-- Grain: one warning about a payment line (D07, D14). Inputs: payment_line, matched_line, unlinked_line,
-- new_settlement, company_setting. Lines without a key are listed as unlinked, not warned of.
SELECT unlinked.line_number, CASE WHEN unlinked.unlinked_reason = 'payment_exceeds_residual'
                                  THEN 'amount' ELSE 'open_item_key' END AS field,
       unlinked.unlinked_reason AS finding_code,
       CASE WHEN unlinked.unlinked_reason = 'payment_exceeds_residual'
            THEN amount_text(matched.payment_amount) ELSE payment.open_item_key END AS raw_value,
       CASE WHEN unlinked.unlinked_reason = 'payment_exceeds_residual'
            THEN said('at_most_residual', {
                'residual': amount_text(matched.residual_before),
                'unlinked': amount_text(matched.payment_amount - matched.applied_amount)})
            ELSE payment.expected END AS expected
FROM unlinked_line AS unlinked
JOIN payment_line AS payment USING (line_number)
LEFT JOIN matched_line AS matched USING (line_number)
WHERE unlinked.unlinked_reason <> 'no_open_item_key'
UNION ALL
SELECT settlement.line_number, 'settlement_flag', 'full_settlement_leaves_residual', 'S',
       CASE WHEN settlement.residual_after <= setting.residual_tolerance
            THEN said('payment_of_residual_or_write_off', {
                'residual': amount_text(settlement.residual_before), 'open': amount_text(settlement.residual_after),
                'tolerance': amount_text(setting.residual_tolerance), 'company': payment.company_code,
                'key': payment.open_item_key})
            ELSE said('payment_of_residual', {
                'residual': amount_text(settlement.residual_before), 'open': amount_text(settlement.residual_after)})
            END
FROM new_settlement AS settlement
JOIN payment_line AS payment USING (line_number)
LEFT JOIN company_setting AS setting ON setting.company_code = payment.company_code
WHERE settlement.settlement_flag = 'S' AND settlement.residual_after > 0

-- name: check_worthless
-- Grain: one warning about a line that names an item and comes to nothing in the company's currency, so that there is
-- nothing to settle by. A posting rule that decides about the line says itself what it does. Inputs: entry_line,
-- posted_movement, account, ledger.open_item, rule_line.
SELECT entry.line_number, 'open_item_key' AS field, 'payment_comes_to_nothing' AS finding_code,
       entry.open_item_key AS raw_value,
       said('amount_not_zero', {
           'company_currency': entry.company_currency_code, 'amount': amount_text(abs(entry.currency_amount)),
           'currency': entry.currency_code}) AS expected
FROM entry_line AS entry
SEMI JOIN posted_movement AS posted ON posted.movement_number = entry.movement_number
ANTI JOIN rule_line AS rule ON rule.line_number = entry.line_number
LEFT JOIN account ON account.company_code = entry.company_code AND account.account_code = entry.account_code
LEFT JOIN ledger.open_item AS item
       ON item.company_code = entry.company_code AND item.open_item_key = entry.open_item_key
WHERE entry.company_amount = 0 AND entry.currency_amount <> 0 AND entry.open_item_key IS NOT NULL
  AND (account.account_kind IS DISTINCT FROM 'transit' OR item.account_code = entry.account_code)

-- name: share_of
-- The share of a total that a part of a whole has: exact, rounded half up to the minor unit (ten-thousandths of the
-- currency's unit). None of the amounts is below zero, the whole is above. Whole numbers of the fourth decimal are used
-- for the proportion, since dividing decimals would pass through a float.
CREATE OR REPLACE TEMP MACRO share_of(total, part, whole, minor_unit) AS CAST(CAST(
    (2 * CAST(CAST(total AS DECIMAL(38,4)) * 10000 AS HUGEINT) * CAST(CAST(part AS DECIMAL(38,4)) * 10000 AS HUGEINT)
     + CAST(CAST(whole AS DECIMAL(38,4)) * 10000 AS HUGEINT) * minor_unit)
    // (2 * CAST(CAST(whole AS DECIMAL(38,4)) * 10000 AS HUGEINT) * minor_unit) * minor_unit AS DECIMAL(38,0))
    * 0.0001 AS DECIMAL(18,4))

-- name: payment_line
-- Grain: one line of a movement that is posted now and may settle an item: it names a key, or stands on a customer's or
-- supplier's account. A line on a transit account that repeats the key of an item on another account moves money that
-- was booked before (D15): it is no payment. An item that a line of this file opens (D17) is there for the lines after
-- it. payment_amount is the line's amount without sign in the currency that the item needs; null where the currencies
-- do not meet. expected says what would have linked it. Inputs: entry_line, posted_movement, account, opened_item,
-- ledger.open_item. Invariant: one row per line, since (company_code, open_item_key) is unique.
CREATE OR REPLACE TEMP TABLE payment_line AS
WITH judged AS NOT MATERIALIZED (
    SELECT entry.*, posted.entry_id, posted.operation_date, item.item_id, item.account_code AS item_account_code,
           item.currency_code AS item_currency_code,
           item.side AS item_side, item.original_amount - item.settled_amount AS residual_before_file,
           opened.line_number AS opening_line_number,
           CASE WHEN entry.open_item_key IS NULL THEN 'no_open_item_key'
                WHEN item.item_id IS NULL OR item.status = 'withdrawn'
                    OR opened.line_number > entry.line_number THEN 'open_item_not_found'
                WHEN item.account_code <> entry.account_code THEN 'open_item_on_other_account'
                WHEN item.status = 'closed' THEN 'open_item_closed'
                WHEN item.currency_code <> entry.currency_code AND item.currency_code <> entry.company_currency_code
                    THEN 'open_item_currency_differs'
                WHEN item.currency_code = entry.currency_code AND entry.currency_amount = 0
                    THEN 'open_item_currency_differs'
                WHEN (item.side = 'debit') = (entry.company_amount > 0) THEN 'open_item_wrong_side'
                END AS unlinked_reason
    FROM entry_line AS entry
    JOIN posted_movement AS posted USING (movement_number)
    LEFT JOIN account ON account.company_code = entry.company_code AND account.account_code = entry.account_code
    LEFT JOIN ledger.open_item AS item
           ON item.company_code = entry.company_code AND item.open_item_key = entry.open_item_key
    LEFT JOIN opened_item AS opened ON opened.item_id = item.item_id
    WHERE entry.company_amount <> 0
      AND (entry.open_item_key IS NOT NULL OR account.account_kind IN ('customer', 'supplier'))
      AND (account.account_kind <> 'transit' OR item.account_code = entry.account_code)
)
SELECT line_number, entry_id, entry_line_number, operation_date, company_code, account_code, open_item_key,
       settlement_flag, currency_code, currency_amount, company_currency_code, company_amount, item_id,
       residual_before_file, unlinked_reason,
       CASE WHEN item_currency_code = currency_code THEN abs(currency_amount)
            WHEN item_currency_code = company_currency_code THEN abs(company_amount)
            END AS payment_amount,
       CASE unlinked_reason
            WHEN 'open_item_not_found'
                THEN CASE WHEN opening_line_number IS NOT NULL
                          THEN said('line_after_opening', {'line': opening_line_number}) END
            WHEN 'open_item_on_other_account' THEN said('account_of_item', {'account': item_account_code})
            WHEN 'open_item_currency_differs' THEN said('currency_of_item', {'currency': item_currency_code})
            WHEN 'open_item_wrong_side'
                THEN CASE WHEN item_side = 'debit' THEN said('credit_since_debit') ELSE said('debit_since_credit') END
            END AS expected
FROM judged

-- name: matched_line
-- Grain: one payment line with what it settles. Lines on one item are applied in the order of the file, and never below
-- zero: applied_amount is at most what the lines before left (D14). Input: payment_line.
CREATE OR REPLACE TEMP TABLE matched_line AS
WITH ordered AS (
    SELECT *,
           coalesce(sum(payment_amount) OVER (
               PARTITION BY item_id ORDER BY line_number
               ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) AS paid_by_lines_before
    FROM payment_line
    WHERE unlinked_reason IS NULL
)
SELECT line_number, entry_id, entry_line_number, operation_date, company_code, account_code, open_item_key,
       settlement_flag, currency_code, currency_amount, company_currency_code, company_amount, item_id, payment_amount,
       greatest(residual_before_file - paid_by_lines_before, 0) AS residual_before,
       least(payment_amount, greatest(residual_before_file - paid_by_lines_before, 0)) AS applied_amount
FROM ordered

-- name: settlement
-- Grain: one settlement to be written: a payment line that settles more than nothing. Inputs: matched_line,
-- currency_digits. applied_company_amount, the share of the posting in the company's currency, is the whole of it for a
-- line that is applied as a whole; for a part it is in proportion, rounded half up to the minor unit.
-- settled_company_amount is the share of the item: the same, but where an exchange difference is booked.
CREATE OR REPLACE TEMP TABLE new_settlement AS
WITH unit AS (
    SELECT matched.*, CAST(10 ** (4 - coalesce(digits.digits, 2)) AS HUGEINT) AS minor_unit
    FROM matched_line AS matched
    LEFT JOIN currency_digits AS digits ON digits.currency_code = matched.company_currency_code
    WHERE matched.applied_amount > 0
)
SELECT line_number, entry_id, entry_line_number, operation_date, item_id, settlement_flag, payment_amount,
       applied_amount, residual_before,
       residual_before - applied_amount AS residual_after,
       CASE WHEN applied_amount = payment_amount THEN abs(company_amount)
            WHEN payment_amount = abs(company_amount) THEN applied_amount
            ELSE share_of(abs(company_amount), applied_amount, payment_amount, minor_unit)
            END::DECIMAL(18,4) AS applied_company_amount,
       applied_company_amount AS settled_company_amount,
       currency_code <> company_currency_code AS is_foreign
FROM unit

-- name: unlinked_line
-- Grain: one payment line of which something stays unlinked, with the reason. Inputs: payment_line, matched_line. An
-- item that the lines before closed in this file counts as closed.
CREATE OR REPLACE TEMP TABLE unlinked_line AS
SELECT line_number, unlinked_reason FROM payment_line WHERE unlinked_reason IS NOT NULL
UNION ALL
SELECT line_number,
       CASE WHEN applied_amount = 0 THEN 'open_item_closed' ELSE 'payment_exceeds_residual' END
FROM matched_line
WHERE applied_amount < payment_amount
