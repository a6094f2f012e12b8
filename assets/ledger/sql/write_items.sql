-- Grain: one open item that is opened. Inputs: given, ledger.open_item; $now. A key has one row for ever: an item that was withdrawn is
-- opened again, that of another source not by an invoice; one that stands is a mistake.
MERGE INTO ledger.open_item AS item
USING (SELECT * FROM given) AS news
ON item.item_id = news.item_id
WHEN MATCHED AND item.status = 'withdrawn' AND item.settled_amount = 0 AND (news.origin <> 'invoice' OR item.origin = 'invoice') THEN UPDATE
    SET account_code = news.account_code, side = news.side, document_number = news.document_number,
        document_date = news.document_date, due_date = news.due_date, currency_code = news.currency_code,
        original_amount = news.original_amount, original_amount_company_currency = news.original_amount_company_currency,
        status = 'open', description = news.description, origin = news.origin, opened_by_entry_id = news.opened_by_entry_id,
        opened_at = $now, hold_reason = news.hold_reason
WHEN MATCHED THEN ERROR 'an item of this key is open already'
WHEN NOT MATCHED THEN INSERT
    (item_id, company_code, account_code, open_item_key, side, document_number, document_date, due_date, currency_code, original_amount,
     original_amount_company_currency, settled_amount, settled_amount_company_currency, status, description, origin, opened_by_entry_id,
     opened_at, hold_reason)
    VALUES (news.item_id, news.company_code, news.account_code, news.open_item_key, news.side, news.document_number, news.document_date,
            news.due_date, news.currency_code, news.original_amount, news.original_amount_company_currency, 0, 0, 'open',
            news.description, news.origin, news.opened_by_entry_id, $now, news.hold_reason)
