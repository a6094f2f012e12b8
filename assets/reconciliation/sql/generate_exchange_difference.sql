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
SELECT line_number, 10, 'exchange_difference', item_id, account_code, result_account_code, -loss_amount, currency_code, 0,
       open_item_key, NULL, NULL
FROM pair
UNION ALL
SELECT line_number, 11, 'exchange_difference', item_id, result_account_code, account_code, loss_amount,
       company_currency_code, loss_amount, NULL, NULL, NULL
FROM pair
