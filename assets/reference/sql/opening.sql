-- Opening open items come, change and go.

-- name: ended_life
-- Grain: one life of an opening item that ends with this file, since the item changed in it or is gone from it. Inputs:
-- incoming, ledger.open_item. What the life table does not keep (the description) ends none.
SELECT item.item_id
FROM ledger.open_item AS item
LEFT JOIN incoming ON incoming.company_code = item.company_code AND incoming.open_item_key = item.open_item_key
WHERE item.origin = 'opening' AND item.status <> 'withdrawn'
  AND CASE WHEN incoming.company_code IS NULL THEN item.status = 'open' AND item.settled_amount = 0
           ELSE item.account_code <> incoming.account_code OR item.side <> incoming.side
                OR item.document_number IS DISTINCT FROM incoming.document_number
                OR item.document_date IS DISTINCT FROM CAST(incoming.document_date AS DATE)
                OR item.due_date IS DISTINCT FROM CAST(incoming.due_date AS DATE)
                OR item.currency_code <> incoming.currency_code
                OR item.original_amount <> CAST(incoming.original_amount AS DECIMAL(18,4))
                OR item.original_amount_company_currency
                   <> CAST(incoming.original_amount_company_currency AS DECIMAL(18,4))
           END

-- name: item_to_change
-- Grain: one opening item that stands in the file again. Amounts change only where nothing was settled
-- (check_opening_settled); an item that was withdrawn is open again. What ended a life (insert_opening_life), or ended
-- with one, begins another now. Inputs: incoming, ledger.open_item, ledger.item_life; $now.
SELECT item.item_id, incoming.account_code, incoming.side, incoming.document_number,
       CAST(incoming.document_date AS DATE) AS document_date,
       CAST(incoming.due_date AS DATE) AS due_date, incoming.currency_code,
       CAST(incoming.original_amount AS DECIMAL(18,4)) AS original_amount,
       CAST(incoming.original_amount_company_currency AS DECIMAL(18,4)) AS original_amount_company_currency,
       incoming.description,
       CASE WHEN item.status = 'withdrawn' THEN 'open' ELSE item.status END AS status, item.opened_by_entry_id,
       CASE WHEN item.status = 'withdrawn' OR life.item_id IS NOT NULL THEN $now ELSE item.opened_at END AS opened_at,
       item.hold_reason
FROM incoming
JOIN ledger.open_item AS item USING (company_code, open_item_key)
LEFT JOIN (SELECT DISTINCT item_id FROM ledger.item_life WHERE withdrawn_at = $now) AS life
  ON life.item_id = item.item_id
WHERE item.status = 'withdrawn'
   OR item.account_code <> incoming.account_code OR item.side <> incoming.side
   OR item.document_number IS DISTINCT FROM incoming.document_number
   OR item.document_date IS DISTINCT FROM CAST(incoming.document_date AS DATE)
   OR item.due_date IS DISTINCT FROM CAST(incoming.due_date AS DATE)
   OR item.currency_code <> incoming.currency_code
   OR item.original_amount <> CAST(incoming.original_amount AS DECIMAL(18,4))
   OR item.original_amount_company_currency <> CAST(incoming.original_amount_company_currency AS DECIMAL(18,4))
   OR item.description IS DISTINCT FROM incoming.description

-- name: item_to_withdraw
-- Grain: one opening item that no longer stands in the file and of which nothing was settled. Inputs: incoming,
-- ledger.open_item; the life that ends is kept before (ended_life).
SELECT item.item_id
FROM ledger.open_item AS item
ANTI JOIN incoming ON incoming.company_code = item.company_code AND incoming.open_item_key = item.open_item_key
WHERE item.origin = 'opening' AND item.status = 'open' AND item.settled_amount = 0

-- name: item_to_open
-- Grain: one new opening item. Inputs: incoming, ledger.open_item. Invariant: (company_code, open_item_key) is new.
SELECT (SELECT coalesce(max(item_id), 0) FROM ledger.open_item) + row_number() OVER (ORDER BY line_number) AS item_id,
       company_code, account_code, open_item_key, side, document_number, CAST(document_date AS DATE) AS document_date,
       CAST(due_date AS DATE) AS due_date, currency_code, CAST(original_amount AS DECIMAL(18,4)) AS original_amount,
       CAST(original_amount_company_currency AS DECIMAL(18,4)) AS original_amount_company_currency, description,
       'opening' AS origin,
       CAST(NULL AS BIGINT) AS opened_by_entry_id, CAST(NULL AS VARCHAR) AS hold_reason
FROM incoming
ANTI JOIN ledger.open_item USING (company_code, open_item_key)
