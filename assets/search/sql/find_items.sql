-- Grain: one open item that a text could mean: its document's number or its key (or, with a pattern, a part of them), its amount or
-- what is left of it, or its due date. Inputs: ledger.open_item, named_account. Parameters: text, spellings (of the text: upper and
-- lower case), pattern (null: whole numbers only; else the text between two %), amounts, day (null: none), limit. Each condition
-- looks through one column, which takes a fifth of the time of one look with all of them. Order: numbers first, then open ones,
-- the newest first.
WITH candidate AS (
    SELECT item_id FROM ledger.open_item WHERE document_number IN (SELECT unnest(CAST($spellings AS VARCHAR[])))
    UNION
    SELECT item_id FROM ledger.open_item WHERE open_item_key IN (SELECT unnest(CAST($spellings AS VARCHAR[])))
    UNION
    SELECT item_id FROM ledger.open_item WHERE document_number ILIKE $pattern AND contains(lower(document_number), lower($text))
    UNION
    SELECT item_id FROM ledger.open_item WHERE open_item_key ILIKE $pattern AND contains(lower(open_item_key), lower($text))
    UNION
    SELECT item_id FROM ledger.open_item WHERE original_amount IN (SELECT unnest(CAST($amounts AS DECIMAL(18,4)[])))
    UNION
    SELECT item_id FROM ledger.open_item
    WHERE CAST(original_amount - settled_amount AS DECIMAL(18,4)) IN (SELECT unnest(CAST($amounts AS DECIMAL(18,4)[])))
    UNION
    SELECT item_id FROM ledger.open_item WHERE due_date = CAST($day AS DATE)
), found AS (
    SELECT item_id, company_code, account_code, open_item_key, document_number, coalesce(due_date, document_date) AS day, currency_code,
           original_amount, original_amount - settled_amount AS residual_amount, status, opened_by_entry_id,
           CASE WHEN lower(open_item_key) = lower($text) OR lower(document_number) = lower($text) THEN 'number'
                WHEN list_contains(CAST($amounts AS DECIMAL(18,4)[]), original_amount)
                  OR list_contains(CAST($amounts AS DECIMAL(18,4)[]), CAST(original_amount - settled_amount AS DECIMAL(18,4)))
                THEN 'amount'
                WHEN due_date = CAST($day AS DATE) THEN 'date'
                ELSE 'part of the number' END AS matched_by
    FROM ledger.open_item
    SEMI JOIN candidate USING (item_id)
    ORDER BY matched_by = 'number' DESC, status = 'open' DESC, day DESC NULLS LAST, item_id
    LIMIT $limit
)
SELECT 'item' AS kind, found.company_code || ':' || found.open_item_key AS reference, found.item_id AS number, found.matched_by,
       found.company_code, coalesce(named.counterparty_name, named.account_name) AS name, found.document_number, found.day,
       CASE WHEN found.status = 'open' THEN found.residual_amount ELSE found.original_amount END AS amount, found.currency_code,
       found.status, found.opened_by_entry_id AS entry_id
FROM found
LEFT JOIN named_account() AS named USING (company_code, account_code)
ORDER BY found.matched_by = 'number' DESC, found.status = 'open' DESC, found.day DESC NULLS LAST, found.item_id
