-- Which of the special cases a delivery has, and the rules for them.

-- name: special_needs
-- Grain: one row: which special cases this file's lines could be, by what is in force. Inputs: posting_rule,
-- item_withholding, item_deferred_vat, ledger.registration_part.
SELECT (SELECT count(*) FROM posting_rule) > 0 AS has_rules,
       (SELECT count(*) FROM item_withholding) > 0 AS has_withholding,
       (SELECT count(*) FROM item_deferred_vat) + (SELECT count(*) FROM ledger.registration_part
                                                   WHERE deferred_amount <> 0) > 0
       AS has_deferred_vat

-- name: rule_line
-- Grain: one line of a movement about which the posting rule of its reason decides, so that it is no payment: a
-- company's own rule stands before the common one. payment_order: a key on an account that is neither the item's nor a
-- customer's or supplier's (D15). unpaid: the item's own side, on its account or on the transit account of unpaid items
-- (D16). forecast: a customer or supplier, and a key (or none) that no item has; of several lines with one key, the
-- first (D17). item_id is the item of the key, null where there is none. Inputs: posting_rule, company, entry_line,
-- posted_movement, account, ledger.open_item.
CREATE OR REPLACE TEMP TABLE rule_line AS
WITH company_rule AS (
    SELECT company.company_code, rule.* EXCLUDE (company_code)
    FROM company
    JOIN posting_rule AS rule ON rule.company_code IS NULL OR rule.company_code = company.company_code
    QUALIFY row_number() OVER (PARTITION BY company.company_code, rule.accounting_reason_code
                               ORDER BY rule.company_code IS NULL) = 1
), judged AS (
    SELECT entry.line_number, entry.company_code, entry.open_item_key, entry.accounting_reason_code, rule.posting_rule,
           rule.due_days, item.item_id,
           CASE rule.posting_rule
                WHEN 'payment_order' THEN entry.open_item_key IS NOT NULL
                    AND item.account_code IS DISTINCT FROM entry.account_code
                     AND account.account_kind NOT IN ('customer', 'supplier')
                WHEN 'unpaid' THEN item.status IN ('open', 'closed')
                    AND (item.side = 'debit') = (entry.company_amount > 0)
                     AND (item.currency_code = entry.currency_code AND entry.currency_amount <> 0
                          OR item.currency_code = entry.company_currency_code)
                     AND (entry.account_code = item.account_code OR entry.account_code = rule.account_code
                          OR rule.account_code IS NULL AND account.account_kind = 'transit')
                ELSE account.account_kind IN ('customer', 'supplier')
                     AND (item.item_id IS NULL OR item.status = 'withdrawn' AND item.origin = 'trace'
                          AND item.settled_amount = 0)
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

-- name: no_rule_line
-- Grain: as rule_line, where no posting rules are in force: none.
CREATE OR REPLACE TEMP TABLE rule_line (
    line_number BIGINT, accounting_reason_code VARCHAR, posting_rule VARCHAR, due_days INTEGER, item_id BIGINT
)

-- name: no_opened_item
-- Grain: as opened_item, where no line opens an item: none.
CREATE OR REPLACE TEMP TABLE opened_item (
    line_number BIGINT, posting_rule VARCHAR, origin VARCHAR, reopens_item_id BIGINT, account_code VARCHAR,
    open_item_key VARCHAR, document_number VARCHAR, document_date DATE, due_date DATE, currency_code VARCHAR,
    original_amount DECIMAL(18,4), description VARCHAR, entry_id BIGINT, company_code VARCHAR, side VARCHAR,
    original_company_amount DECIMAL(18,4), item_id BIGINT
)

-- name: leave_out_rule_lines
-- Grain: one line about which a posting rule decides: it is no payment. Input: rule_line.
DELETE FROM payment_line WHERE line_number IN (SELECT line_number FROM rule_line)

-- name: generated_posting
-- Grain: one posting that a special case adds to the entry of a payment line; none so far. amounts are + debit, -
-- credit. sort_number orders those of one line. settled_amount is what it settles of the item, in the item's currency;
-- null where it settles nothing. by_hand_amount is the part of the posting's amount, without a sign, that is the share
-- of what people settled of the item by hand (null where it is all the share of the payment). All of a line add up to
-- zero.
CREATE OR REPLACE TEMP TABLE generated_posting (
    line_number BIGINT, sort_number INTEGER, posting_rule VARCHAR, item_id BIGINT, account_code VARCHAR,
    counter_account_code VARCHAR, company_amount DECIMAL(18,4), currency_code VARCHAR, currency_amount DECIMAL(18,4),
    open_item_key VARCHAR, settled_amount DECIMAL(18,4), by_hand_amount DECIMAL(18,4)
)
