-- Grain: one open item that a text could mean: its document's number or its key (or, with a pattern, a part of them), its amount or
-- what is left of it, or its due date. Inputs: ledger.open_item, named_account. Parameters: text, pattern (null: whole numbers only;
-- else the text between two %), amount and other_amount, day (null: none of those), limit. Whole numbers are compared in three
-- spellings, which takes a third of the time of lower(). Order: numbers first, then open ones, the newest first.
WITH found AS (
    SELECT item_id, company_code, account_code, open_item_key, document_number, coalesce(due_date, document_date) AS day, currency_code,
           original_amount, original_amount - settled_amount AS residual_amount, status, opened_by_entry_id,
           CASE WHEN lower(open_item_key) = lower($text) OR lower(document_number) = lower($text) THEN 'number'
                WHEN original_amount IN (CAST($amount AS DECIMAL(18,4)), CAST($other_amount AS DECIMAL(18,4)))
                  OR original_amount - settled_amount IN (CAST($amount AS DECIMAL(18,4)), CAST($other_amount AS DECIMAL(18,4)))
                THEN 'amount'
                WHEN due_date = CAST($day AS DATE) THEN 'date'
                ELSE 'part of the number' END AS matched_by
    FROM ledger.open_item
    WHERE open_item_key = $text OR open_item_key = upper($text) OR open_item_key = lower($text)
       OR document_number = $text OR document_number = upper($text) OR document_number = lower($text)
       OR ($pattern IS NOT NULL
           AND ((open_item_key ILIKE $pattern AND contains(lower(open_item_key), lower($text)))
                OR (document_number ILIKE $pattern AND contains(lower(document_number), lower($text)))))
       OR ($amount IS NOT NULL
           AND (original_amount IN (CAST($amount AS DECIMAL(18,4)), CAST($other_amount AS DECIMAL(18,4)))
                OR original_amount - settled_amount IN (CAST($amount AS DECIMAL(18,4)), CAST($other_amount AS DECIMAL(18,4)))))
       OR due_date = CAST($day AS DATE)
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
