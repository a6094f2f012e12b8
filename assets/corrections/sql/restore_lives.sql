-- Grain: one withdrawn item that an entry opened once and that is open again as it stood then. Inputs: ledger.item_life; $entry_id,
-- $now. An item that had several lives by one entry was the same in all of them.
UPDATE ledger.open_item AS item
SET opened_by_entry_id = life.opened_by_entry_id, account_code = life.account_code, side = life.side,
    document_number = life.document_number, document_date = life.document_date, due_date = life.due_date,
    currency_code = life.currency_code, original_amount = life.original_amount,
    original_amount_company_currency = life.original_amount_company_currency, status = 'open', opened_at = $now,
    hold_reason = life.hold_reason
FROM (
    SELECT * FROM ledger.item_life WHERE opened_by_entry_id = $entry_id
    QUALIFY row_number() OVER (PARTITION BY item_id ORDER BY withdrawn_at DESC) = 1
) AS life
WHERE life.item_id = item.item_id AND item.status = 'withdrawn'
