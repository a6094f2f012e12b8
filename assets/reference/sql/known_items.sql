-- Items of the ledger, and other rows, that a row of another program may be.

-- name: known_item
-- Grain: one item of the ledger that a row of another program's open items may be. is_key: it has the row's key;
-- is_key_alike: but for case and blanks. is_number: the document's number is the row's, of the same party and side;
-- is_number_alike: but for blanks, punctuation and leading zeros of each group of digits. A party is a counterparty as
-- supplier or as customer, and an account that is nobody's. Inputs: given (rows of their file), chart (accounts as
-- chart_of_accounts.csv has them), ledger.open_item. Order: row_number, is_key, is_number, due_date, open_item_key.
-- Withdrawn items are known by their key alone.
WITH owned AS (
    SELECT company_code, account_code, [account_kind, counterparty_code] AS party FROM chart
    WHERE counterparty_code <> ''
), spelled AS (
    SELECT given.*, upper(trim(regexp_replace(document_number, '[\s\p{Z}\p{Cc}]+', ' ', 'g'))) AS number_text,
           coalesce(owned.party, [given.account_code]) AS party
    FROM given LEFT JOIN owned USING (company_code, account_code)
), wanted AS (
    SELECT *, regexp_replace(regexp_replace(regexp_replace(number_text, '(^|[^0-9])0+([0-9])', '\1\2', 'g'),
                                            '[^\p{L}\p{N}]', '', 'g'), '^0+', '') AS number_key,
           upper(regexp_replace(open_item_key, '[\s\p{Z}]+', '', 'g')) AS plain_key
    FROM spelled
), stored AS (
    SELECT item.*, upper(trim(regexp_replace(document_number, '[\s\p{Z}\p{Cc}]+', ' ', 'g'))) AS number_text,
           upper(regexp_replace(open_item_key, '[\s\p{Z}]+', '', 'g')) AS plain_key,
           coalesce(owned.party, [item.account_code]) AS party
    FROM ledger.open_item AS item LEFT JOIN owned USING (company_code, account_code)
), item AS (
    SELECT *, regexp_replace(regexp_replace(regexp_replace(number_text, '(^|[^0-9])0+([0-9])', '\1\2', 'g'),
                                            '[^\p{L}\p{N}]', '', 'g'), '^0+', '') AS number_key FROM stored
), pair AS (
    SELECT wanted.row_number, item.item_id
    FROM wanted JOIN item ON item.company_code = wanted.company_code AND item.plain_key = wanted.plain_key
    UNION
    SELECT wanted.row_number, item.item_id
    FROM wanted
    JOIN item ON item.company_code = wanted.company_code AND item.party = wanted.party AND item.side = wanted.side
             AND item.number_key = wanted.number_key
    WHERE wanted.number_key <> '' AND item.status <> 'withdrawn'
)
SELECT wanted.row_number, item.open_item_key = wanted.open_item_key AS is_key,
       item.plain_key = wanted.plain_key AS is_key_alike,
       coalesce(item.number_text = wanted.number_text AND item.party = wanted.party
                AND item.side = wanted.side, false) AS is_number,
       coalesce(item.number_key = wanted.number_key AND item.party = wanted.party
                AND item.side = wanted.side, false) AS is_number_alike,
       item.open_item_key, item.account_code, item.side, item.document_number, item.document_date, item.due_date,
       item.currency_code,
       item.original_amount, item.original_amount - item.settled_amount AS residual_amount, item.origin, item.status
FROM pair
JOIN wanted USING (row_number)
JOIN item USING (item_id)
ORDER BY row_number, is_key DESC, is_number DESC, item.due_date, item.open_item_key

-- name: repeated_row
-- Grain: one row of another program's open items with another row of their file (other_row_number), or with one of
-- opening_open_items.csv that the file says nothing of. is_key_alike: it has the row's key but for case and blanks.
-- Otherwise it has its document, of the same party, side, year, currency, amount and due date, where a day that one
-- lacks is any. Rows of which nothing is open are left out. Inputs: given (rows of their file), written (those of
-- opening_open_items.csv), chart (accounts as chart_of_accounts.csv has them). Order: row_number, is_key_alike,
-- other_row_number, open_item_key.
WITH owned AS (
    SELECT company_code, account_code, [account_kind, counterparty_code] AS party FROM chart
    WHERE counterparty_code <> ''
), line AS (
    SELECT * FROM given
    UNION ALL BY NAME
    SELECT * FROM written ANTI JOIN given USING (company_code, open_item_key)
), item AS (
    SELECT line.row_number, line.company_code, line.open_item_key, line.side, line.currency_code,
           upper(trim(regexp_replace(line.document_number, '[\s\p{Z}\p{Cc}]+', ' ', 'g'))) AS number_text,
           upper(regexp_replace(line.open_item_key, '[\s\p{Z}]+', '', 'g')) AS plain_key,
           coalesce(owned.party, [line.account_code]) AS party, year(TRY_CAST(line.document_date AS DATE)) AS year,
           TRY_CAST(line.due_date AS DATE) AS due_date, TRY_CAST(line.original_amount AS DECIMAL(18,4)) AS amount
    FROM line LEFT JOIN owned USING (company_code, account_code)
    WHERE line.original_amount <> ''
)
SELECT item.row_number, other.row_number AS other_row_number, other.open_item_key, true AS is_key_alike
FROM item
JOIN item AS other ON other.company_code = item.company_code AND other.plain_key = item.plain_key
WHERE item.row_number IS NOT NULL AND other.open_item_key <> item.open_item_key
UNION ALL
SELECT item.row_number, other.row_number, other.open_item_key, false
FROM item
JOIN item AS other ON other.company_code = item.company_code AND other.party = item.party AND other.side = item.side
                  AND other.number_text = item.number_text AND other.currency_code = item.currency_code
                  AND other.amount = item.amount
WHERE item.row_number IS NOT NULL AND other.plain_key <> item.plain_key AND item.number_text <> ''
  AND coalesce(other.year = item.year, true) AND coalesce(other.due_date = item.due_date, true)
ORDER BY row_number, is_key_alike DESC, other_row_number, open_item_key
