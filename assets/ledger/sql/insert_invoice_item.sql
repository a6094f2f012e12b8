-- Grain: one open item per instalment of a document that is registered now. Inputs: doc_entry, doc_payable,
-- ledger.open_item; $now. A negative instalment (a credit note) is an item on the debit side.
INSERT INTO ledger.open_item
SELECT (SELECT coalesce(max(item_id), 0) FROM ledger.open_item) + row_number() OVER (ORDER BY entry.entry_id, payable.instalment),
       entry.company_code, entry.supplier_account_code, payable.open_item_key,
       CASE WHEN payable.company_amount > 0 THEN 'credit' ELSE 'debit' END, entry.document_number, entry.document_date, payable.due_date,
       entry.currency_code, abs(payable.amount), abs(payable.company_amount), 0, 0, 'open',
       concat_ws(' ', CASE WHEN entry.is_credit_note THEN 'Credit note' ELSE 'Invoice' END, entry.document_number, entry.counterparty_name),
       'invoice', entry.entry_id, $now
FROM doc_payable AS payable
JOIN doc_entry AS entry USING (document_id)
WHERE payable.company_amount <> 0
