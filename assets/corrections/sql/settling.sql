-- Items settled by hand.

-- name: withholding_due
-- Grain: one open item of which something is still to be withheld, at most what is open of it, and where it is owed; no
-- row where nothing is. Amounts in the item's currency, which is that of its company. Inputs: ledger.open_item,
-- ledger.item_withholding and ledger.company (in force), ledger.reference_file, ledger.settlement (withholdings that
-- stand); $item_id.
WITH due AS (
    SELECT rule.account_code, item.original_amount - item.settled_amount AS residual_amount,
           rule.withholding_amount - coalesce((SELECT sum(booked.amount) FROM ledger.settlement AS booked
                                               WHERE booked.item_id = item.item_id
                                                 AND booked.matching_rule = 'withholding'
                                                 AND booked.undone_at IS NULL), 0) AS left_amount
    FROM ledger.open_item AS item
    JOIN ledger.item_withholding AS rule ON rule.company_code = item.company_code
      AND rule.open_item_key = item.open_item_key
    JOIN ledger.company AS company ON company.company_code = item.company_code
    WHERE item.item_id = $item_id AND item.side = 'credit' AND item.currency_code = company.currency_code
      AND item.original_amount > rule.withholding_amount
      AND rule.version = (SELECT max(version) FROM ledger.reference_file WHERE file_name = 'item_withholding.csv')
      AND company.version = (SELECT max(version) FROM ledger.reference_file WHERE file_name = 'companies.csv')
)
SELECT account_code, CAST(least(left_amount, residual_amount) AS DECIMAL(18,4)) AS amount
FROM due
WHERE least(left_amount, residual_amount) > 0
