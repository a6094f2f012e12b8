-- Grain: one item that is paid now and of which something is to be withheld. left_amount is what of it is not withheld
-- yet, at most the residual; net_amount is what the item comes to for the supplier. Inputs: payment_line,
-- item_withholding, company, currency_digits, ledger.open_item, ledger.settlement (those that stand). is_by_hand: people settled
-- something of it, which withholds nothing.
CREATE OR REPLACE TEMP TABLE withheld_item AS
WITH item AS (
    SELECT item.*, rule.withholding_amount, rule.account_code AS withholding_account_code, company.currency_code AS company_currency_code
    FROM ledger.open_item AS item
    JOIN item_withholding AS rule ON rule.company_code = item.company_code AND rule.open_item_key = item.open_item_key
    JOIN company ON company.company_code = item.company_code
    WHERE item.item_id IN (SELECT item_id FROM payment_line WHERE unlinked_reason IS NULL)
      AND item.currency_code = company.currency_code AND item.side = 'credit'
      AND item.original_amount > rule.withholding_amount
), booked AS (
    SELECT item_id, sum(CASE WHEN matching_rule = 'withholding' THEN amount ELSE 0 END) AS amount, bool_or(import_id IS NULL) AS is_by_hand
    FROM ledger.settlement SEMI JOIN item USING (item_id)
    WHERE undone_at IS NULL
    GROUP BY item_id
)
SELECT item.item_id, item.account_code, item.open_item_key, item.company_currency_code, item.withholding_account_code,
       item.withholding_amount, item.original_amount - item.withholding_amount AS net_amount,
       CAST(greatest(least(item.withholding_amount - coalesce(booked.amount, 0), item.original_amount - item.settled_amount), 0)
            AS DECIMAL(18,4)) AS left_amount,
       coalesce(booked.is_by_hand, false) AS is_by_hand,
       CAST(10 ** (4 - coalesce(digits.digits, 2)) AS HUGEINT) AS minor_unit
FROM item
LEFT JOIN booked USING (item_id)
LEFT JOIN currency_digits AS digits ON digits.currency_code = item.company_currency_code
