-- Grain: one open item that is what it is said to be now. Input: given, one row an item.
UPDATE ledger.open_item AS item
SET account_code = given.account_code, side = given.side, document_number = given.document_number, document_date = given.document_date,
    due_date = given.due_date, currency_code = given.currency_code, original_amount = given.original_amount,
    original_amount_company_currency = given.original_amount_company_currency, description = given.description, status = given.status,
    opened_by_entry_id = given.opened_by_entry_id, opened_at = given.opened_at, hold_reason = given.hold_reason
FROM given
WHERE item.item_id = given.item_id
