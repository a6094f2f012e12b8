-- Grain: one open item that a line of a trace opens again, since its payment turned out unpaid (D16). It has the key of the first
-- with /U and how often it came to that (a key too long for it is cut, and told apart by its hash), and a new due date: that of
-- the line if it differs from the item's, else the operation date and the days of the rule. Inputs: unpaid_line, entry_line,
-- posted_movement, line, ledger.open_item; adds to opened_item.
INSERT INTO opened_item
WITH opened AS (
    SELECT unpaid.line_number, 'unpaid' AS posting_rule, 'unpaid' AS origin, item.item_id AS reopens_item_id, item.account_code,
           CASE WHEN length(item.open_item_key) + length('/U' || unpaid.number) <= 26 THEN item.open_item_key
                ELSE substr(item.open_item_key, 1, 17 - length('/U' || unpaid.number)) || '-' || upper(substr(sha256(item.open_item_key), 1, 8))
                END || '/U' || unpaid.number AS open_item_key,
           item.document_number, item.document_date,
           CASE WHEN line.due_date IS NOT NULL AND line.due_date IS DISTINCT FROM item.due_date THEN line.due_date
                ELSE CAST(entry.operation_date + unpaid.due_days AS DATE) END AS due_date,
           item.currency_code, unpaid.amount AS original_amount, item.description
    FROM unpaid_line AS unpaid
    JOIN ledger.open_item AS item ON item.item_id = unpaid.item_id
    JOIN line USING (line_number)
    JOIN (SELECT line_number, operation_date FROM entry_line JOIN posted_movement USING (movement_number)) AS entry USING (line_number)
    WHERE unpaid.is_fitting
)
SELECT opened.*, posted.entry_id, entry.company_code, CASE WHEN entry.company_amount > 0 THEN 'debit' ELSE 'credit' END AS side,
       abs(entry.company_amount) AS original_company_amount,
       coalesce(known.item_id, (SELECT coalesce(max(item_id), 0) FROM ledger.open_item)
                               + row_number() OVER (PARTITION BY known.item_id IS NULL ORDER BY opened.line_number)) AS item_id
FROM opened
JOIN entry_line AS entry USING (line_number)
JOIN posted_movement AS posted ON posted.movement_number = entry.movement_number
LEFT JOIN ledger.open_item AS known
       ON known.company_code = entry.company_code AND known.open_item_key = opened.open_item_key
