-- Grain: one open item made of an unlinked payment, on the payment's account and side. Inputs: ledger.posting; $item_id,
-- $open_item_key, $entry_id, $line_number, $amount (in the payment's currency), $company_amount.
SELECT $item_id AS item_id, company_code, account_code, $open_item_key AS open_item_key,
       CASE WHEN debit_amount > 0 THEN 'debit' ELSE 'credit' END AS side, CAST(NULL AS VARCHAR) AS document_number,
       posting_date AS document_date, posting_date AS due_date, currency_code, $amount AS original_amount,
       $company_amount AS original_amount_company_currency, description, 'payment' AS origin, entry_id AS opened_by_entry_id,
       CAST(NULL AS VARCHAR) AS hold_reason
FROM ledger.posting
WHERE entry_id = $entry_id AND line_number = $line_number
