-- Grain: one life of an open item that ends now. Inputs: target (items), ledger.open_item; $now.
INSERT INTO ledger.item_life
SELECT item_id, opened_at, $now, opened_by_entry_id, account_code, side, document_number, document_date, due_date, currency_code,
       original_amount, original_amount_company_currency, hold_reason
FROM ledger.open_item AS item
JOIN target ON target.id = item.item_id
