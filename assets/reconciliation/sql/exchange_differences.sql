-- Gains and losses by another rate of exchange.

-- name: exchange_settlement
-- Grain: one settlement of an item in another currency than its company's, with the item's share in the company's
-- currency: after it, the item has settled original_amount_company_currency in the proportion of its own amounts
-- (rounded half up), and all of it once it is closed. difference_amount is what that share is more than the payment.
-- Without both exchange accounts nothing is caught up of what earlier payments left. Inputs: new_settlement,
-- ledger.open_item, company, company_setting, currency_digits.
CREATE OR REPLACE TEMP TABLE exchange_settlement AS
WITH paid AS (
    SELECT settlement.line_number, settlement.item_id, settlement.applied_company_amount, item.company_code,
           item.account_code, item.open_item_key, item.currency_code, item.side,
           company.currency_code AS company_currency_code,
           item.original_amount, item.original_amount_company_currency AS original_company_amount,
           item.settled_amount, item.settled_amount_company_currency AS settled_company_amount,
           item.settled_amount + sum(settlement.applied_amount) OVER in_order AS settled_after,
           setting.exchange_gain_account, setting.exchange_loss_account,
           setting.exchange_gain_account IS NOT NULL AND setting.exchange_loss_account IS NOT NULL AS has_accounts,
           CAST(10 ** (4 - coalesce(digits.digits, 2)) AS HUGEINT) AS minor_unit
    FROM new_settlement AS settlement
    JOIN ledger.open_item AS item USING (item_id)
    JOIN company ON company.company_code = item.company_code
    JOIN company_setting AS setting ON setting.company_code = item.company_code
    LEFT JOIN currency_digits AS digits ON digits.currency_code = company.currency_code
    WHERE settlement.is_foreign AND item.currency_code <> company.currency_code
    WINDOW in_order AS (PARTITION BY settlement.item_id ORDER BY settlement.line_number)
), begun AS (
    SELECT *, CASE WHEN has_accounts THEN settled_company_amount
                   ELSE share_of(original_company_amount, settled_amount, original_amount,
                                 minor_unit) END AS begin_amount
    FROM paid
), target AS (
    SELECT *, CASE WHEN settled_after = original_amount THEN original_company_amount
                   ELSE greatest(share_of(original_company_amount, settled_after, original_amount, minor_unit),
                                 begin_amount)
                   END AS target_amount
    FROM begun
), shared AS (
    SELECT *, CAST(target_amount - coalesce(lag(target_amount) OVER (PARTITION BY item_id ORDER BY line_number),
                                            begin_amount)
                   AS DECIMAL(18,4)) AS share_amount
    FROM target
)
SELECT line_number, item_id, company_code, account_code, open_item_key, currency_code, side, company_currency_code,
       exchange_gain_account, exchange_loss_account, has_accounts, share_amount, applied_company_amount,
       CAST(share_amount - applied_company_amount AS DECIMAL(18,4)) AS difference_amount
FROM shared

-- name: take_exchange_share
-- Grain: one settlement whose exchange difference is booked: it settles the item's share, not that of the posting.
-- Input: exchange_settlement.
UPDATE new_settlement AS settlement
SET settled_company_amount = exchange.share_amount
FROM exchange_settlement AS exchange
WHERE exchange.line_number = settlement.line_number AND exchange.has_accounts

-- name: generate_exchange_difference
-- Grain: one posting of an exchange difference: on the account of the item, in the item's currency of which nothing
-- moves, and on the account of gains or losses. Input: exchange_settlement. A debit is a loss.
INSERT INTO generated_posting
WITH difference AS (
    SELECT *, CASE WHEN side = 'debit' THEN difference_amount ELSE -difference_amount END AS loss_amount
    FROM exchange_settlement
    WHERE has_accounts AND difference_amount <> 0
), pair AS (
    SELECT *, CASE WHEN loss_amount > 0 THEN exchange_loss_account ELSE exchange_gain_account END AS result_account_code
    FROM difference
)
SELECT line_number, 10, 'exchange_difference', item_id, account_code, result_account_code, -loss_amount, currency_code,
       0,
       open_item_key, NULL, NULL
FROM pair
UNION ALL
SELECT line_number, 11, 'exchange_difference', item_id, result_account_code, account_code, loss_amount,
       company_currency_code, loss_amount, NULL, NULL, NULL
FROM pair

-- name: check_exchange_differences
-- Grain: one settlement whose exchange difference is booked nowhere, since its company has no accounts for it (D21).
-- Input: exchange_settlement.
SELECT line_number, 'amount_company_currency' AS field, 'exchange_difference_not_booked' AS finding_code,
       amount_text(applied_company_amount) AS raw_value,
       said('accounts_for_differences', {
           'company': company_code, 'share': amount_text(share_amount), 'currency': company_currency_code,
           'difference': amount_text(abs(difference_amount))}) AS expected
FROM exchange_settlement
WHERE NOT has_accounts AND difference_amount <> 0

-- name: count_foreign_settlements
-- Grain: one row: how many settlements are in another currency than the company's. Input: new_settlement.
SELECT count(*) FROM new_settlement WHERE is_foreign
