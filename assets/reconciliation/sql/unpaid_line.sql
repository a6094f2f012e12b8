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
           CASE WHEN item.currency_code = entry.currency_code THEN abs(entry.currency_amount) ELSE abs(entry.company_amount) END AS amount,
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
