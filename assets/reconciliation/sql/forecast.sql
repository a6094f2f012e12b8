-- Items that a forecast names.

-- name: forecast_item
-- Grain: one open item that a line of a trace opens, since only the treasury knew of it (D17). Amounts and side are
-- those of the line, so that the items of an account are what is posted on it. An item without a key gets one from the
-- movement, so that it is the same in a ledger that is rebuilt. Inputs: rule_line, entry_line, posted_movement, line,
-- ledger.open_item.
CREATE OR REPLACE TEMP TABLE opened_item AS
WITH opened AS (
    SELECT rule.line_number, 'forecast' AS posting_rule, 'trace' AS origin, CAST(NULL AS BIGINT) AS reopens_item_id,
           entry.account_code,
           coalesce(entry.open_item_key,
                    'TR-' || upper(substr(sha256(posted.movement_key || '|' || entry.entry_line_number), 1, 20)))
                        AS open_item_key,
           line.document_number, line.document_date,
           coalesce(line.due_date, CAST(posted.operation_date + rule.due_days AS DATE)) AS due_date,
           CASE WHEN entry.currency_amount = 0 THEN entry.company_currency_code
                ELSE entry.currency_code END AS currency_code,
           CASE WHEN entry.currency_amount = 0 THEN abs(entry.company_amount)
                ELSE abs(entry.currency_amount) END AS original_amount,
           entry.file_text AS description
    FROM rule_line AS rule
    JOIN entry_line AS entry USING (line_number)
    JOIN posted_movement AS posted ON posted.movement_number = entry.movement_number
    JOIN line USING (line_number)
    WHERE rule.posting_rule = 'forecast'
)
SELECT opened.*, posted.entry_id, entry.company_code,
       CASE WHEN entry.company_amount > 0 THEN 'debit' ELSE 'credit' END AS side,
       abs(entry.company_amount) AS original_company_amount,
       coalesce(known.item_id, (SELECT coalesce(max(item_id), 0) FROM ledger.open_item)
                               + row_number() OVER (PARTITION BY known.item_id IS NULL ORDER BY opened.line_number))
                                   AS item_id
FROM opened
JOIN entry_line AS entry USING (line_number)
JOIN posted_movement AS posted ON posted.movement_number = entry.movement_number
LEFT JOIN ledger.open_item AS known
       ON known.company_code = entry.company_code AND known.open_item_key = opened.open_item_key
