-- What an attempt would do.

-- name: attempt_items
-- Grain: one open item that the last attempt of an import opened or settled, before and after; exact only until
-- something else changes it. One that was opened has no residual before. Inputs: ledger.journal_entry,
-- ledger.file_import, ledger.settlement, ledger.open_item; $import_id, $limit. Order: company, key.
WITH made AS (
    SELECT entry_id FROM ledger.file_import JOIN ledger.journal_entry USING (import_id, attempt)
    WHERE import_id = $import_id
), settled AS (
    SELECT item_id, CAST(sum(amount) AS DECIMAL(18,4)) AS amount FROM ledger.settlement SEMI JOIN made USING (entry_id)
    GROUP BY item_id
), opened AS (
    SELECT item_id FROM ledger.open_item SEMI JOIN made ON made.entry_id = opened_by_entry_id
)
SELECT item.company_code, item.account_code, item.open_item_key, item.currency_code,
       CASE WHEN opened.item_id IS NULL
            THEN CAST(item.original_amount - item.settled_amount
                      + coalesce(settled.amount, 0) AS DECIMAL(18,4)) END AS residual_before,
       CASE WHEN opened.item_id IS NOT NULL THEN NULL
            WHEN item.settled_amount - coalesce(settled.amount, 0) = item.original_amount THEN 'closed'
            ELSE 'open' END AS status_before,
       CAST(item.original_amount - item.settled_amount AS DECIMAL(18,4)) AS residual_after,
       item.status AS status_after
FROM (SELECT item_id FROM settled UNION SELECT item_id FROM opened) AS touched
JOIN ledger.open_item AS item USING (item_id)
LEFT JOIN settled USING (item_id)
LEFT JOIN opened USING (item_id)
ORDER BY item.company_code, item.open_item_key
LIMIT $limit

-- name: attempt_postings
-- Grain: one posting of the entries that the last attempt of an import made. Inputs: ledger.journal_entry,
-- ledger.file_import, ledger.posting; $import_id, $limit. Order: entry and line.
SELECT posting.entry_id, posting.line_number, posting.company_code, posting.account_code, posting.posting_date,
       posting.debit_amount, posting.credit_amount, posting.company_currency_code, posting.open_item_key,
       posting.description
FROM ledger.file_import
JOIN ledger.journal_entry AS entry USING (import_id, attempt)
JOIN ledger.posting AS posting ON posting.entry_id = entry.entry_id
WHERE import_id = $import_id
ORDER BY posting.entry_id, posting.line_number
LIMIT $limit
