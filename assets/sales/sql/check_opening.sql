-- Grain: one invoice that is to be booked although its debt is in the ledger already by an item of another source, such as
-- opening_open_items.csv: of the same customer, side and year (an item without a date is of any) with the same number, or under the key
-- that an item of the invoice would get. Inputs: sale, sale_party, sale_total, account, ledger.open_item. The first such item stands
-- for all.
SELECT sale.position, sale.line_number, sale.byte_start, sale.byte_end, 'document_number' AS field,
       'sales_opening_item_exists' AS finding_code, sale.document_number AS raw_value,
       'an invoice that is not in the ledger yet; the open item ' || min_by(item.open_item_key, item.item_id) || ' of '
       || coalesce(CAST(min_by(item.document_date, item.item_id) AS VARCHAR), '?') || ', '
       || CAST(CAST(min_by(item.original_amount, item.item_id) AS DECIMAL(18,2)) AS VARCHAR) || ' ' || min_by(item.currency_code, item.item_id)
       || ', has its number or its key' AS expected
FROM sale
JOIN sale_party AS party USING (position)
JOIN sale_total AS total USING (position)
JOIN account ON account.company_code = sale.company_code AND account.counterparty_code = party.counterparty_code
JOIN ledger.open_item AS item ON item.company_code = account.company_code AND item.account_code = account.account_code
WHERE sale.is_to_book AND item.origin NOT IN ('sales', 'invoice') AND item.status <> 'withdrawn'
  AND (starts_with(item.open_item_key, sale.reference || '-')
       OR item.origin = 'opening' AND identity_number_of(item.document_number) = identity_number_of(sale.document_number)
          AND item.side = CASE WHEN sale.is_credit_note <> (total.payable_amount < 0) THEN 'credit' ELSE 'debit' END
          AND (item.document_date IS NULL OR year(item.document_date) = year(sale.document_date)))
GROUP BY ALL
