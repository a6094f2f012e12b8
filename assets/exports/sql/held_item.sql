-- Grain: one open item with a residual that may not be paid, and is left out of the export (E01). hold_reason: paid_before | iban.
-- Input: ledger.open_item. Order: company, account, due date, key.
SELECT company_code, open_item_key, account_code, document_number, due_date, currency_code, side,
       original_amount - settled_amount AS residual_amount, hold_reason
FROM ledger.open_item
WHERE status = 'open' AND original_amount > settled_amount AND hold_reason IS NOT NULL
ORDER BY company_code, account_code, due_date, open_item_key
