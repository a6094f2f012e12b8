-- Grain: one open item per instalment of a document that is registered now. Inputs: doc_entry, doc_payable,
-- ledger.open_item. A negative instalment (a credit note) is an item on the debit side. An item that was withdrawn with an earlier
-- registration keeps its number.
SELECT coalesce(known.item_id, (SELECT coalesce(max(item_id), 0) FROM ledger.open_item)
                               + row_number() OVER (PARTITION BY known.item_id IS NULL ORDER BY entry.entry_id, payable.instalment)) AS item_id,
       entry.company_code, entry.supplier_account_code AS account_code, payable.open_item_key,
       CASE WHEN payable.company_amount > 0 THEN 'credit' ELSE 'debit' END AS side, entry.document_number, entry.document_date,
       payable.due_date, entry.currency_code, abs(payable.amount) AS original_amount,
       abs(payable.company_amount) AS original_amount_company_currency, payable.hold_reason,
       concat_ws(' ', CASE WHEN entry.is_credit_note THEN 'Credit note' ELSE 'Invoice' END, entry.document_number, entry.counterparty_name) AS description,
       'invoice' AS origin, entry.entry_id AS opened_by_entry_id
FROM doc_payable AS payable
JOIN doc_entry AS entry USING (document_id)
LEFT JOIN ledger.open_item AS known ON known.company_code = entry.company_code AND known.open_item_key = payable.open_item_key
WHERE payable.company_amount <> 0
