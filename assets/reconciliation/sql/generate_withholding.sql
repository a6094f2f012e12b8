-- Grain: one posting of what is withheld with a payment: on the account of the item, of which it settles so much, and
-- on the account where it is owed (D18, D19). A part payment withholds in proportion to the net amount, rounded half up;
-- the payment after which nothing net is left withholds the rest, also of what people settled by hand. Inputs: new_settlement, withheld_item.
INSERT INTO generated_posting
WITH share AS (
    SELECT settlement.line_number, settlement.residual_after, withheld.*,
           share_of(withheld.withholding_amount, settlement.applied_amount, withheld.net_amount, withheld.minor_unit) AS share_amount
    FROM new_settlement AS settlement
    JOIN withheld_item AS withheld USING (item_id)
), reached AS (
    SELECT *, CASE WHEN residual_after = 0 THEN left_amount
                   ELSE least(sum(share_amount) OVER (PARTITION BY item_id ORDER BY line_number), left_amount) END AS reached_amount
    FROM share
), withheld AS (
    SELECT *, CAST(reached_amount - coalesce(lag(reached_amount) OVER (PARTITION BY item_id ORDER BY line_number), 0)
                   AS DECIMAL(18,4)) AS amount
    FROM reached
), stated AS (
    SELECT *, CASE WHEN is_by_hand AND residual_after = 0 AND amount > share_amount THEN amount - share_amount END AS by_hand_amount
    FROM withheld
)
SELECT line_number, 20, 'withholding', item_id, account_code, withholding_account_code, amount, company_currency_code, amount,
       open_item_key, amount, by_hand_amount
FROM stated WHERE amount > 0
UNION ALL
SELECT line_number, 21, 'withholding', item_id, withholding_account_code, account_code, -amount, company_currency_code, -amount,
       NULL, NULL, by_hand_amount
FROM stated WHERE amount > 0
