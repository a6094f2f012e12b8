-- Grain: one opening item that stands in the file again. Amounts change only where nothing was settled
-- (check_opening_settled); an item that was withdrawn is open again. What ended a life (insert_opening_life), or ended with
-- one, begins another now.
UPDATE ledger.open_item AS item
SET account_code = incoming.account_code,
    side = incoming.side,
    document_number = incoming.document_number,
    document_date = CAST(incoming.document_date AS DATE),
    due_date = CAST(incoming.due_date AS DATE),
    currency_code = incoming.currency_code,
    original_amount = CAST(incoming.original_amount AS DECIMAL(18,4)),
    original_amount_company_currency = CAST(incoming.original_amount_company_currency AS DECIMAL(18,4)),
    description = incoming.description,
    opened_at = CASE WHEN item.status = 'withdrawn' OR EXISTS (
        SELECT 1 FROM ledger.item_life AS life WHERE life.item_id = item.item_id AND life.withdrawn_at = $now
    ) THEN $now ELSE item.opened_at END,
    status = CASE WHEN item.status = 'withdrawn' THEN 'open' ELSE item.status END
FROM incoming
WHERE item.company_code = incoming.company_code AND item.open_item_key = incoming.open_item_key
  AND (item.status = 'withdrawn'
       OR item.account_code <> incoming.account_code OR item.side <> incoming.side
       OR item.document_number IS DISTINCT FROM incoming.document_number
       OR item.document_date IS DISTINCT FROM CAST(incoming.document_date AS DATE)
       OR item.due_date IS DISTINCT FROM CAST(incoming.due_date AS DATE)
       OR item.currency_code <> incoming.currency_code
       OR item.original_amount <> CAST(incoming.original_amount AS DECIMAL(18,4))
       OR item.original_amount_company_currency <> CAST(incoming.original_amount_company_currency AS DECIMAL(18,4))
       OR item.description IS DISTINCT FROM incoming.description)
