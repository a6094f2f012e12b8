-- Grain: one line of a movement that is posted now and may settle an item: it names a key, or stands on a
-- customer's or supplier's account. A line on a transit account that repeats the key of an item on another account
-- moves money that was booked before (D15): it is no payment. An item that a line of this file opens (D17) is there for the lines
-- after it. payment_amount is the line's amount without sign in the currency that
-- the item needs; null where the currencies do not meet. expected says what would have linked it.
-- Inputs: entry_line, posted_movement, account, opened_item, ledger.open_item. Invariant: one row per line, since (company_code, open_item_key) is unique.
CREATE OR REPLACE TEMP TABLE payment_line AS
WITH judged AS NOT MATERIALIZED (
    SELECT entry.*, posted.entry_id, posted.operation_date, item.item_id, item.account_code AS item_account_code, item.currency_code AS item_currency_code,
           item.side AS item_side, item.original_amount - item.settled_amount AS residual_before_file, opened.line_number AS opening_line_number,
           CASE WHEN entry.open_item_key IS NULL THEN 'no_open_item_key'
                WHEN item.item_id IS NULL OR item.status = 'withdrawn' OR opened.line_number > entry.line_number THEN 'open_item_not_found'
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
            WHEN 'open_item_not_found' THEN 'a line after line ' || opening_line_number || ', which opens the item'
            WHEN 'open_item_on_other_account' THEN 'account ' || item_account_code || ', on which the item stands'
            WHEN 'open_item_currency_differs'
                THEN 'an amount in ' || item_currency_code || ', the currency of the open item'
            WHEN 'open_item_wrong_side'
                THEN 'a ' || CASE WHEN item_side = 'debit' THEN 'credit (-)' ELSE 'debit (+)' END
                     || ', since the item is a ' || item_side
            END AS expected
FROM judged
