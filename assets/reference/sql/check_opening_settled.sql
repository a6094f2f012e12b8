-- Grain: one opening item that changed or went although something was settled on it, or whose key another
-- source uses. Inputs: opening (the candidate rows), ledger.open_item.
SELECT opening.line_number, 'open_item_key' AS field, opening.open_item_key AS raw_value,
       CASE WHEN item.origin <> 'opening' THEN 'a key that no other open item has'
            ELSE 'account ' || item.account_code || ', ' || item.side || ' ' || item.currency_code || ' '
                 || item.original_amount || ' as when it was opened; ' || item.settled_amount || ' is settled' END AS expected
FROM opening
JOIN ledger.open_item AS item USING (company_code, open_item_key)
WHERE item.origin <> 'opening'
   OR (item.settled_amount > 0
       AND (item.account_code <> opening.account_code OR item.side <> opening.side
            OR item.currency_code <> opening.currency_code
            OR item.original_amount <> CAST(opening.original_amount AS DECIMAL(18,4))
            OR item.original_amount_company_currency <> CAST(opening.original_amount_company_currency AS DECIMAL(18,4))))
UNION ALL
SELECT NULL, 'open_item_key', item.open_item_key,
       'the row of item ' || item.open_item_key || ': ' || item.settled_amount || ' of it is settled'
FROM ledger.open_item AS item
ANTI JOIN opening USING (company_code, open_item_key)
WHERE item.origin = 'opening' AND item.status = 'open' AND item.settled_amount > 0
ORDER BY 1, 3
