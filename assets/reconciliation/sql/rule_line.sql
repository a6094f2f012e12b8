-- Grain: one line of a movement about which the posting rule of its reason decides, so that it is no payment: a company's
-- own rule stands before the common one.
--   payment_order: a key on an account that is neither the item's nor a customer's or supplier's (D15).
--   unpaid: the item's own side, on its account or on the transit account of unpaid items (D16).
--   forecast: a customer or supplier, and a key (or none) that no item has; of several lines with one key, the first (D17).
-- item_id is the item of the key, null where there is none. Inputs: posting_rule, company, entry_line, posted_movement,
-- account, ledger.open_item.
CREATE OR REPLACE TEMP TABLE rule_line AS
WITH company_rule AS (
    SELECT company.company_code, rule.* EXCLUDE (company_code)
    FROM company
    JOIN posting_rule AS rule ON rule.company_code IS NULL OR rule.company_code = company.company_code
    QUALIFY row_number() OVER (PARTITION BY company.company_code, rule.accounting_reason_code ORDER BY rule.company_code IS NULL) = 1
), judged AS (
    SELECT entry.line_number, entry.company_code, entry.open_item_key, entry.accounting_reason_code, rule.posting_rule,
           rule.due_days, item.item_id,
           CASE rule.posting_rule
                WHEN 'payment_order' THEN entry.open_item_key IS NOT NULL AND item.account_code IS DISTINCT FROM entry.account_code
                     AND account.account_kind NOT IN ('customer', 'supplier')
                WHEN 'unpaid' THEN item.status IN ('open', 'closed') AND (item.side = 'debit') = (entry.company_amount > 0)
                     AND (item.currency_code = entry.currency_code AND entry.currency_amount <> 0
                          OR item.currency_code = entry.company_currency_code)
                     AND (entry.account_code = item.account_code OR entry.account_code = rule.account_code
                          OR rule.account_code IS NULL AND account.account_kind = 'transit')
                ELSE account.account_kind IN ('customer', 'supplier')
                     AND (item.item_id IS NULL OR item.status = 'withdrawn' AND item.origin = 'trace' AND item.settled_amount = 0)
                END AS is_decided
    FROM entry_line AS entry
    JOIN posted_movement AS posted USING (movement_number)
    JOIN company_rule AS rule
      ON rule.company_code = entry.company_code AND rule.accounting_reason_code = entry.accounting_reason_code
    LEFT JOIN account ON account.company_code = entry.company_code AND account.account_code = entry.account_code
    LEFT JOIN ledger.open_item AS item
           ON item.company_code = entry.company_code AND item.open_item_key = entry.open_item_key
    WHERE entry.company_amount <> 0
)
SELECT line_number, accounting_reason_code, posting_rule, due_days, item_id
FROM judged
WHERE is_decided
QUALIFY posting_rule <> 'forecast' OR open_item_key IS NULL
     OR row_number() OVER (PARTITION BY company_code, posting_rule, open_item_key ORDER BY line_number) = 1
