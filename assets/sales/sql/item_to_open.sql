-- Grain: one open item per instalment of an invoice that is booked now; on the credit side for a credit note. Inputs: sale_entry,
-- sale_receivable, ledger.open_item. Keys are unique for ever.
SELECT (SELECT coalesce(max(item_id), 0) FROM ledger.open_item) + row_number() OVER (ORDER BY due.entry_id, due.instalment) AS item_id,
       entry.company_code, entry.customer_account_code AS account_code, due.open_item_key,
       CASE WHEN due.company_amount > 0 THEN 'debit' ELSE 'credit' END AS side, entry.document_number, entry.document_date, due.due_date,
       entry.currency_code, abs(due.amount) AS original_amount, abs(due.company_amount) AS original_amount_company_currency,
       concat_ws(' ', CASE WHEN entry.is_credit_note THEN 'Credit note' ELSE 'Invoice' END, entry.document_number,
                 entry.counterparty_name) AS description,
       'sales' AS origin, due.entry_id AS opened_by_entry_id, CAST(NULL AS VARCHAR) AS hold_reason
FROM sale_receivable AS due
JOIN sale_entry AS entry USING (position)
WHERE due.company_amount <> 0
