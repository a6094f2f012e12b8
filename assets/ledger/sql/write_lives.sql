-- Grain: one life of an open item that ends now. Inputs: given (items), ledger.open_item; $now.
INSERT INTO ledger.item_life BY NAME
SELECT item_id, opened_at, $now AS withdrawn_at, opened_by_entry_id, account_code, side, document_number, document_date, due_date,
       currency_code, original_amount, original_amount_company_currency, hold_reason
FROM ledger.open_item
WHERE item_id IN (SELECT item_id FROM given)
