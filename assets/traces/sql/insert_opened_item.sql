-- Grain: one open item that a line of a trace with this rule opens. Inputs: opened_item, ledger.open_item; $posting_rule, $now. A key has one row for
-- ever: an item that was withdrawn with an earlier import is opened again; one that stands is a mistake.
MERGE INTO ledger.open_item AS item
USING (SELECT * FROM opened_item WHERE posting_rule = $posting_rule) AS opened
ON item.item_id = opened.item_id
WHEN MATCHED AND item.status = 'withdrawn' AND item.settled_amount = 0 THEN UPDATE
    SET account_code = opened.account_code, side = opened.side, document_number = opened.document_number,
        document_date = opened.document_date, due_date = opened.due_date, currency_code = opened.currency_code,
        original_amount = opened.original_amount, original_amount_company_currency = opened.original_company_amount,
        status = 'open', description = opened.description, origin = opened.origin, opened_by_entry_id = opened.entry_id, opened_at = $now
WHEN MATCHED THEN ERROR 'an item of this key is open already'
WHEN NOT MATCHED THEN INSERT
    VALUES (opened.item_id, opened.company_code, opened.account_code, opened.open_item_key, opened.side, opened.document_number,
            opened.document_date, opened.due_date, opened.currency_code, opened.original_amount, opened.original_company_amount, 0, 0,
            'open', opened.description, opened.origin, opened.entry_id, $now, NULL)
