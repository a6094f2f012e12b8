-- Withholding tax that is due when an invoice is paid.

-- name: withheld_item
-- Grain: one item that is paid now and of which something is to be withheld. left_amount is what of it is not withheld
-- yet, at most the residual; net_amount is what the item comes to for the supplier. Inputs: payment_line,
-- item_withholding, company, currency_digits, ledger.open_item, ledger.settlement (those that stand). is_by_hand:
-- people settled something of it, which withholds nothing.
CREATE OR REPLACE TEMP TABLE withheld_item AS
WITH item AS (
    SELECT item.*, rule.withholding_amount, rule.account_code AS withholding_account_code,
           company.currency_code AS company_currency_code
    FROM ledger.open_item AS item
    JOIN item_withholding AS rule ON rule.company_code = item.company_code AND rule.open_item_key = item.open_item_key
    JOIN company ON company.company_code = item.company_code
    WHERE item.item_id IN (SELECT item_id FROM payment_line WHERE unlinked_reason IS NULL)
      AND item.currency_code = company.currency_code AND item.side = 'credit'
      AND item.original_amount > rule.withholding_amount
), booked AS (
    SELECT item_id, sum(CASE WHEN matching_rule = 'withholding' THEN amount ELSE 0 END) AS amount,
           bool_or(import_id IS NULL) AS is_by_hand
    FROM ledger.settlement SEMI JOIN item USING (item_id)
    WHERE undone_at IS NULL
    GROUP BY item_id
)
SELECT item.item_id, item.account_code, item.open_item_key, item.company_currency_code, item.withholding_account_code,
       item.withholding_amount, item.original_amount - item.withholding_amount AS net_amount,
       CAST(greatest(least(item.withholding_amount - coalesce(booked.amount, 0),
                           item.original_amount - item.settled_amount), 0)
            AS DECIMAL(18,4)) AS left_amount,
       coalesce(booked.is_by_hand, false) AS is_by_hand,
       CAST(10 ** (4 - coalesce(digits.digits, 2)) AS HUGEINT) AS minor_unit
FROM item
LEFT JOIN booked USING (item_id)
LEFT JOIN currency_digits AS digits ON digits.currency_code = item.company_currency_code

-- name: hold_withholding_back
-- Grain: one payment line of an item of which something is to be withheld: what payments may settle of it is net of
-- that. Where nothing net is left, since people settled too much by hand, the finding says so. Input: withheld_item.
UPDATE payment_line AS payment
SET residual_before_file = payment.residual_before_file - withheld.left_amount,
    expected = CASE WHEN payment.residual_before_file = withheld.left_amount
                    THEN said('nothing_but_withholding', {'amount': amount_text(withheld.left_amount)})
                    ELSE payment.expected END
FROM withheld_item AS withheld
WHERE withheld.item_id = payment.item_id

-- name: generate_withholding
-- Grain: one posting of what is withheld with a payment: on the account of the item, of which it settles so much, and
-- on the account where it is owed (D18, D19). A part payment withholds in proportion to the net amount, rounded half
-- up; the payment after which nothing net is left withholds the rest, also of what people settled by hand. Inputs:
-- new_settlement, withheld_item.
INSERT INTO generated_posting
WITH share AS (
    SELECT settlement.line_number, settlement.residual_after, withheld.*,
           share_of(withheld.withholding_amount, settlement.applied_amount, withheld.net_amount, withheld.minor_unit)
               AS share_amount
    FROM new_settlement AS settlement
    JOIN withheld_item AS withheld USING (item_id)
), reached AS (
    SELECT *, CASE WHEN residual_after = 0 THEN left_amount
                   ELSE least(sum(share_amount) OVER (PARTITION BY item_id ORDER BY line_number),
                              left_amount) END AS reached_amount
    FROM share
), withheld AS (
    SELECT *, CAST(reached_amount - coalesce(lag(reached_amount) OVER (PARTITION BY item_id ORDER BY line_number), 0)
                   AS DECIMAL(18,4)) AS amount
    FROM reached
), stated AS (
    SELECT *, CASE WHEN is_by_hand AND residual_after = 0
                        AND amount > share_amount THEN amount - share_amount END AS by_hand_amount
    FROM withheld
)
SELECT line_number, 20, 'withholding', item_id, account_code, withholding_account_code, amount, company_currency_code,
       amount,
       open_item_key, amount, by_hand_amount
FROM stated WHERE amount > 0
UNION ALL
SELECT line_number, 21, 'withholding', item_id, withholding_account_code, account_code, -amount, company_currency_code,
       -amount,
       NULL, NULL, by_hand_amount
FROM stated WHERE amount > 0
