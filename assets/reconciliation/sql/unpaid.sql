-- Payments that came back unpaid.

-- name: unpaid_line
-- Grain: one line of the rule unpaid. amount is in the item's currency; settled_amount is what is settled of the item,
-- with this file, and not open again by an unpaid line before. Lines of one item count in the order of the file. number
-- counts how often the item was opened again, ever. Inputs: rule_line, entry_line, new_settlement, ledger.open_item,
-- ledger.reopened_item.
CREATE OR REPLACE TEMP TABLE unpaid_line AS
WITH reopened AS (
    SELECT reopened.reopens_item_id AS item_id, count(*) AS times,
           sum(CASE WHEN item.status = 'withdrawn' THEN 0 ELSE item.original_amount END) AS amount
    FROM ledger.reopened_item AS reopened
    JOIN ledger.open_item AS item ON item.item_id = reopened.item_id
    GROUP BY reopened.reopens_item_id
), paid_now AS (
    SELECT item_id, sum(applied_amount) AS amount FROM new_settlement GROUP BY item_id
), sized AS (
    SELECT rule.line_number, rule.item_id, rule.due_days, rule.accounting_reason_code,
           CASE WHEN item.currency_code = entry.currency_code THEN abs(entry.currency_amount)
                ELSE abs(entry.company_amount) END AS amount,
           item.settled_amount + coalesce(paid_now.amount, 0) - coalesce(reopened.amount, 0) AS settled_amount,
           coalesce(reopened.times, 0) AS times
    FROM rule_line AS rule
    JOIN entry_line AS entry USING (line_number)
    JOIN ledger.open_item AS item ON item.item_id = rule.item_id
    LEFT JOIN reopened ON reopened.item_id = rule.item_id
    LEFT JOIN paid_now ON paid_now.item_id = rule.item_id
    WHERE rule.posting_rule = 'unpaid'
)
SELECT line_number, item_id, due_days, accounting_reason_code, CAST(amount AS DECIMAL(18,4)) AS amount,
       CAST(greatest(settled_amount - (sum(amount) OVER in_order - amount), 0) AS DECIMAL(18,4)) AS settled_amount,
       sum(amount) OVER in_order <= settled_amount AS is_fitting,
       times + row_number() OVER in_order AS number
FROM sized
WINDOW in_order AS (PARTITION BY item_id ORDER BY line_number)

-- name: unlink_unpaid_line
-- Grain: one unpaid line for more than was paid: it is posted, and nothing is opened. Input: unpaid_line.
INSERT INTO unlinked_line
SELECT line_number, 'unpaid_exceeds_settled' FROM unpaid_line WHERE NOT is_fitting

-- name: unpaid_item
-- Grain: one open item that a line of a trace opens again, since its payment turned out unpaid (D16). It has the key of
-- the first with /U and how often it came to that (a key too long for it is cut, and told apart by its hash), and a new
-- due date: that of the line if it differs from the item's, else the operation date and the days of the rule. Inputs:
-- unpaid_line, entry_line, posted_movement, line, ledger.open_item; adds to opened_item.
INSERT INTO opened_item
WITH opened AS (
    SELECT unpaid.line_number, 'unpaid' AS posting_rule, 'unpaid' AS origin, item.item_id AS reopens_item_id,
           item.account_code,
           CASE WHEN length(item.open_item_key) + length('/U' || unpaid.number) <= 26 THEN item.open_item_key
                ELSE substr(item.open_item_key, 1, 17 - length('/U' || unpaid.number)) || '-'
                    || upper(substr(sha256(item.open_item_key), 1, 8))
                END || '/U' || unpaid.number AS open_item_key,
           item.document_number, item.document_date,
           CASE WHEN line.due_date IS NOT NULL AND line.due_date IS DISTINCT FROM item.due_date THEN line.due_date
                ELSE CAST(entry.operation_date + unpaid.due_days AS DATE) END AS due_date,
           item.currency_code, unpaid.amount AS original_amount, item.description
    FROM unpaid_line AS unpaid
    JOIN ledger.open_item AS item ON item.item_id = unpaid.item_id
    JOIN line USING (line_number)
    JOIN (SELECT line_number, operation_date FROM entry_line JOIN posted_movement USING (movement_number))
      AS entry USING (line_number)
    WHERE unpaid.is_fitting
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

-- name: generate_unpaid
-- Grain: one posting of an item that is open again and whose line stands on the transit account of unpaid items: from
-- there to the account of the item (D16). Inputs: opened_item, entry_line.
INSERT INTO generated_posting
SELECT opened.line_number, 40, 'unpaid', opened.item_id, opened.account_code, entry.account_code, entry.company_amount,
       opened.currency_code, CASE WHEN opened.side = 'debit' THEN opened.original_amount
                                  ELSE -opened.original_amount END,
       opened.open_item_key, NULL, NULL
FROM opened_item AS opened
JOIN entry_line AS entry USING (line_number)
WHERE opened.posting_rule = 'unpaid' AND opened.account_code <> entry.account_code
UNION ALL
SELECT opened.line_number, 41, 'unpaid', opened.item_id, entry.account_code, opened.account_code, -entry.company_amount,
       entry.currency_code, -entry.currency_amount, NULL, NULL, NULL
FROM opened_item AS opened
JOIN entry_line AS entry USING (line_number)
WHERE opened.posting_rule = 'unpaid' AND opened.account_code <> entry.account_code

-- name: check_unpaid_lines
-- Grain: one warning about a line of the rule unpaid (D16). Input: unpaid_line.
SELECT line_number, 'amount' AS field, 'unpaid_exceeds_settled' AS finding_code, amount_text(amount) AS raw_value,
       said('at_most_paid', {'paid': amount_text(settled_amount), 'reason': accounting_reason_code}) AS expected
FROM unpaid_line
WHERE NOT is_fitting
