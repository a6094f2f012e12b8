-- Grain: one open item with a residual that may not be paid, and is left out of the export (E01). hold_reason: paid_before | iban.
-- what_to_do ends that. Inputs: ledger.open_item, ledger.registration. Order: company, account, due date, key.
SELECT company_code, open_item_key, account_code, document_number, due_date, currency_code, side,
       original_amount - settled_amount AS residual_amount, hold_reason,
       CASE hold_reason
            WHEN 'iban' THEN '`partita confirm-iban D' || (SELECT max(document_id) FROM ledger.registration
                                                           WHERE entry_id = opened_by_entry_id AND undone_at IS NULL) || ' --reason ...`'
            ELSE 'The supplier''s advance closes it: `partita unlinked` proposes the payment, `partita link` closes the item' END AS what_to_do
FROM ledger.open_item
WHERE status = 'open' AND original_amount > settled_amount AND hold_reason IS NOT NULL
ORDER BY company_code, account_code, due_date, open_item_key
