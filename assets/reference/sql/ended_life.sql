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
                OR item.original_amount_company_currency <> CAST(incoming.original_amount_company_currency AS DECIMAL(18,4))
           END
