-- Grain: one item of the ledger that a row of another program's open items may be, and how it is known: by its key, or by account and
-- number of the document where its date is that of the row, or the row says none. Items that began with opening_open_items.csv are not
-- known by a document, since that file says which they are; nor are withdrawn ones. Inputs: given (row_number, company_code, open_item_key,
-- account_code, document_number, document_date, blank as ''), ledger.open_item. Order: row_number, is_by_key, open_item_key.
WITH document AS (
    SELECT row_number, company_code, account_code, upper(regexp_replace(trim(document_number), '\s+', ' ', 'g')) AS number_text,
           document_date, open_item_key
    FROM given
    WHERE trim(document_number) <> ''
), item AS (
    SELECT *, upper(regexp_replace(trim(document_number), '\s+', ' ', 'g')) AS number_text,
           strftime(document_date, '%Y-%m-%d') AS date_text
    FROM ledger.open_item
    WHERE origin <> 'opening' AND status <> 'withdrawn'
)
SELECT given.row_number, true AS is_by_key, item.open_item_key, item.account_code, item.side, item.origin, item.status
FROM given
JOIN ledger.open_item AS item USING (company_code, open_item_key)
WHERE item.origin <> 'opening'
UNION ALL
SELECT document.row_number, false, item.open_item_key, item.account_code, item.side, item.origin, item.status
FROM document
JOIN item ON item.company_code = document.company_code AND item.account_code = document.account_code
         AND item.number_text = document.number_text AND item.open_item_key <> document.open_item_key
WHERE document.document_date IN ('', item.date_text)
ORDER BY row_number, is_by_key DESC, open_item_key
