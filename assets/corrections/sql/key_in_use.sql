-- Grain: the open item that has this key, in whatever life. Input: ledger.open_item; $company_code, $open_item_key.
SELECT item_id FROM ledger.open_item WHERE company_code = $company_code AND open_item_key = $open_item_key
