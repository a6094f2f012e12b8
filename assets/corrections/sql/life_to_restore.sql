-- Grain: one withdrawn item that an entry opened once and that is open again as it stood then. Inputs: ledger.item_life,
-- ledger.open_item; $entry_id, $now. An item that had several lives by one entry was the same in all of them.
SELECT item.item_id, life.account_code, life.side, life.document_number, life.document_date, life.due_date, life.currency_code,
       life.original_amount, life.original_amount_company_currency, item.description, 'open' AS status, life.opened_by_entry_id,
       $now AS opened_at, life.hold_reason
FROM (
    SELECT * FROM ledger.item_life WHERE opened_by_entry_id = $entry_id
    QUALIFY row_number() OVER (PARTITION BY item_id ORDER BY withdrawn_at DESC) = 1
) AS life
JOIN ledger.open_item AS item ON item.item_id = life.item_id
WHERE item.status = 'withdrawn'
