-- Grain: one row: how many open items were made of this payment, whatever became of them. Inputs: ledger.payment_item; $entry_id,
-- $line_number.
SELECT count(*) AS item_count FROM ledger.payment_item WHERE entry_id = $entry_id AND line_number = $line_number
