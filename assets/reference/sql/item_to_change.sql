-- Grain: one opening item that stands in the file again. Amounts change only where nothing was settled
-- (check_opening_settled); an item that was withdrawn is open again. What ended a life (insert_opening_life), or ended with
-- one, begins another now. Inputs: incoming, ledger.open_item, ledger.item_life; $now.
SELECT item.item_id, incoming.account_code, incoming.side, incoming.document_number, CAST(incoming.document_date AS DATE) AS document_date,
       CAST(incoming.due_date AS DATE) AS due_date, incoming.currency_code,
       CAST(incoming.original_amount AS DECIMAL(18,4)) AS original_amount,
       CAST(incoming.original_amount_company_currency AS DECIMAL(18,4)) AS original_amount_company_currency, incoming.description,
       CASE WHEN item.status = 'withdrawn' THEN 'open' ELSE item.status END AS status, item.opened_by_entry_id,
       CASE WHEN item.status = 'withdrawn' OR life.item_id IS NOT NULL THEN $now ELSE item.opened_at END AS opened_at, item.hold_reason
FROM incoming
JOIN ledger.open_item AS item USING (company_code, open_item_key)
LEFT JOIN (SELECT DISTINCT item_id FROM ledger.item_life WHERE withdrawn_at = $now) AS life ON life.item_id = item.item_id
WHERE item.status = 'withdrawn'
   OR item.account_code <> incoming.account_code OR item.side <> incoming.side
   OR item.document_number IS DISTINCT FROM incoming.document_number
   OR item.document_date IS DISTINCT FROM CAST(incoming.document_date AS DATE)
   OR item.due_date IS DISTINCT FROM CAST(incoming.due_date AS DATE)
   OR item.currency_code <> incoming.currency_code
   OR item.original_amount <> CAST(incoming.original_amount AS DECIMAL(18,4))
   OR item.original_amount_company_currency <> CAST(incoming.original_amount_company_currency AS DECIMAL(18,4))
   OR item.description IS DISTINCT FROM incoming.description
