-- Grain: one life of an opening item that ends, since it no longer stands in the file. Inputs: ledger.open_item, incoming; $now.
INSERT INTO ledger.item_life
SELECT item_id, opened_at, $now, opened_by_entry_id, account_code, side, document_number, document_date, due_date, currency_code,
       original_amount, original_amount_company_currency
FROM ledger.open_item AS item
WHERE item.origin = 'opening' AND item.status = 'open' AND item.settled_amount = 0
  AND NOT EXISTS (
      SELECT 1 FROM incoming
      WHERE incoming.company_code = item.company_code AND incoming.open_item_key = item.open_item_key)
