-- Grain: one open item that the treasury knows and must not pay: under its key a payment would end unlinked (D07), or it is held since. Inputs: changed_item, ledger.open_item.
SELECT known.company_code, known.open_item_key,
       CASE WHEN item.item_id IS NULL OR item.status = 'withdrawn' THEN 'withdrawn'
            WHEN item.account_code <> known.exported_account_code THEN 'account changed'
            WHEN item.side <> known.exported_side THEN 'side changed'
            WHEN item.currency_code <> known.exported_currency_code THEN 'currency changed'
            ELSE 'held: ' || replace(item.hold_reason, '_', ' ') END AS what_happened,
       known.exported_account_code, item.account_code, known.exported_currency_code AS currency_code,
       known.exported_residual_amount
FROM changed_item AS known
LEFT JOIN ledger.open_item AS item
    ON item.company_code = known.company_code AND item.open_item_key = known.open_item_key
WHERE known.exported_account_code IS NOT NULL
  AND (item.item_id IS NULL OR item.status = 'withdrawn' OR item.account_code <> known.exported_account_code
       OR item.side <> known.exported_side OR item.currency_code <> known.exported_currency_code
       OR item.hold_reason IS NOT NULL AND item.status = 'open')
ORDER BY known.company_code, known.open_item_key
