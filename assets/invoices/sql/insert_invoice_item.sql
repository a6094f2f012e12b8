-- Grain: one open item per instalment of a document that is registered now. Inputs: doc_entry, doc_payable,
-- ledger.open_item; $now. A negative instalment (a credit note) is an item on the debit side. A key has one row for
-- ever: an item that was withdrawn with an earlier registration is opened again; one that stands is a mistake.
MERGE INTO ledger.open_item AS item
USING (
    SELECT coalesce(known.item_id, (SELECT coalesce(max(item_id), 0) FROM ledger.open_item)
                                   + row_number() OVER (PARTITION BY known.item_id IS NULL ORDER BY entry.entry_id, payable.instalment)) AS item_id,
           entry.company_code, entry.supplier_account_code AS account_code, payable.open_item_key,
           CASE WHEN payable.company_amount > 0 THEN 'credit' ELSE 'debit' END AS side, entry.document_number, entry.document_date,
           payable.due_date, entry.currency_code, abs(payable.amount) AS original_amount,
           abs(payable.company_amount) AS original_amount_company_currency, payable.hold_reason,
           concat_ws(' ', CASE WHEN entry.is_credit_note THEN 'Credit note' ELSE 'Invoice' END, entry.document_number, entry.counterparty_name) AS description,
           entry.entry_id AS opened_by_entry_id
    FROM doc_payable AS payable
    JOIN doc_entry AS entry USING (document_id)
    LEFT JOIN ledger.open_item AS known ON known.company_code = entry.company_code AND known.open_item_key = payable.open_item_key
    WHERE payable.company_amount <> 0
) AS news
ON item.company_code = news.company_code AND item.open_item_key = news.open_item_key
WHEN MATCHED AND item.status = 'withdrawn' AND item.origin = 'invoice' AND item.settled_amount = 0 THEN UPDATE
    SET account_code = news.account_code, side = news.side, document_number = news.document_number,
        document_date = news.document_date, due_date = news.due_date, currency_code = news.currency_code,
        original_amount = news.original_amount, original_amount_company_currency = news.original_amount_company_currency,
        status = 'open', description = news.description, opened_by_entry_id = news.opened_by_entry_id, opened_at = $now,
        hold_reason = news.hold_reason
WHEN MATCHED THEN ERROR 'an item of this key is open already'
WHEN NOT MATCHED THEN INSERT
    VALUES (news.item_id, news.company_code, news.account_code, news.open_item_key, news.side, news.document_number, news.document_date,
            news.due_date, news.currency_code, news.original_amount, news.original_amount_company_currency, 0, 0, 'open',
            news.description, 'invoice', news.opened_by_entry_id, $now, news.hold_reason)
