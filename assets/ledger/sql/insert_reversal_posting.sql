-- Grain: one posting of a reversed entry, with debit and credit exchanged. Inputs: ledger.posting; $entry_id (the reversal),
-- $reversed_entry_id.
INSERT INTO ledger.posting
SELECT $entry_id, line_number, NULL, NULL, NULL, NULL, company_code, account_code, posting_date, accounting_reason_code,
       company_currency_code, credit_amount, debit_amount, currency_code, -currency_amount, description, open_item_key, NULL, is_linked,
       linked_amount, NULL
FROM ledger.posting
WHERE entry_id = $reversed_entry_id
