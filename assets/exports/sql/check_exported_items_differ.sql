-- Grain: one open item of which another amount is left than the treasury can know: what was exported less what traces
-- have settled since. An item that a trace closed or reduced is no row here, since the treasury paid it. Inputs:
-- changed_item, ledger.open_item.
SELECT known.company_code, known.open_item_key,
       CASE WHEN item.status = 'closed' THEN 'closed otherwise' ELSE 'amount changed' END AS what_happened,
       item.account_code, item.currency_code, known.exported_residual_amount, known.paid_amount,
       item.original_amount - item.settled_amount AS residual_amount
FROM changed_item AS known
JOIN ledger.open_item AS item
    ON item.company_code = known.company_code AND item.open_item_key = known.open_item_key
   AND item.account_code = known.exported_account_code AND item.side = known.exported_side
   AND item.currency_code = known.exported_currency_code
WHERE item.status <> 'withdrawn'
  AND item.original_amount - item.settled_amount <> known.exported_residual_amount - known.paid_amount
ORDER BY known.company_code, known.open_item_key
