-- Grain: one open item that a text could mean. Input: ledger.open_item. Parameters: what (a key), company and
-- company_key (the two parts of COMPANY:KEY; null if the text has no colon). Order: company, key.
SELECT item_id, company_code, open_item_key, account_code, status
FROM ledger.open_item
WHERE open_item_key = $what
   OR (company_code = $company AND open_item_key = $company_key)
ORDER BY company_code, open_item_key
