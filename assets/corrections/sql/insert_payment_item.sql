-- Grain: one open item made of an unlinked payment, on the payment's account and side. Inputs: ledger.posting; $item_id,
-- $open_item_key, $entry_id, $line_number, $amount (in the payment's currency), $company_amount, $now.
INSERT INTO ledger.open_item
SELECT $item_id, company_code, account_code, $open_item_key, CASE WHEN debit_amount > 0 THEN 'debit' ELSE 'credit' END, NULL,
       posting_date, posting_date, currency_code, $amount, $company_amount, 0, 0, 'open', description, 'payment', entry_id, $now, NULL
FROM ledger.posting
WHERE entry_id = $entry_id AND line_number = $line_number
