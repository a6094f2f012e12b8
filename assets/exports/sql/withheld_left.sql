-- Grain: one opening item of which something is still to be withheld when it is paid, so that the treasury has less to pay
-- (E05). left_amount is in the currency of the item, which is that of its company. Inputs: ledger.open_item,
-- ledger.item_withholding and ledger.company (in force), ledger.reference_file, ledger.settlement (withholdings that stand).
CREATE OR REPLACE TEMP TABLE withheld_left AS
WITH item AS (
    SELECT item.item_id, item.original_amount - item.settled_amount AS residual_amount, rule.withholding_amount
    FROM ledger.open_item AS item
    JOIN ledger.item_withholding AS rule ON rule.company_code = item.company_code AND rule.open_item_key = item.open_item_key
    JOIN ledger.company AS company ON company.company_code = item.company_code
    WHERE rule.version = (SELECT max(version) FROM ledger.reference_file WHERE file_name = 'item_withholding.csv')
      AND company.version = (SELECT max(version) FROM ledger.reference_file WHERE file_name = 'companies.csv')
      AND item.status = 'open' AND item.side = 'credit' AND item.currency_code = company.currency_code
      AND item.original_amount > rule.withholding_amount
), booked AS (
    SELECT item_id, sum(amount) AS amount
    FROM ledger.settlement SEMI JOIN item USING (item_id)
    WHERE matching_rule = 'withholding' AND undone_at IS NULL
    GROUP BY item_id
)
SELECT item.item_id, CAST(item.withholding_amount - coalesce(booked.amount, 0) AS DECIMAL(18,4)) AS left_amount
FROM item
LEFT JOIN booked USING (item_id)
WHERE item.withholding_amount > coalesce(booked.amount, 0)
  AND item.residual_amount > item.withholding_amount - coalesce(booked.amount, 0)
