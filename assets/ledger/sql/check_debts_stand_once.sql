-- Grain: one opening item whose document an invoice brought too: the same account, side, number and year, both open or paid. Such pairs
-- are from before an invoice was compared with the opening items. Input: ledger.open_item. The item whose document has no date is of
-- any year.
WITH item AS (
    SELECT *, upper(trim(document_number)) AS number_text
    FROM ledger.open_item
    WHERE status <> 'withdrawn' AND document_number IS NOT NULL
)
SELECT opening.company_code, opening.account_code, opening.document_number, opening.open_item_key, opening.status,
       opening.original_amount, invoice.open_item_key AS invoice_item_key, invoice.status AS invoice_item_status,
       invoice.original_amount AS invoice_amount
FROM item AS opening
JOIN item AS invoice ON invoice.company_code = opening.company_code AND invoice.account_code = opening.account_code
                    AND invoice.side = opening.side AND invoice.number_text = opening.number_text
WHERE opening.origin = 'opening' AND invoice.origin IN ('invoice', 'sales')
  AND coalesce(year(opening.document_date) = year(invoice.document_date), true)
ORDER BY opening.company_code, opening.account_code, opening.open_item_key, invoice.open_item_key
