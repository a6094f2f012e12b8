-- Grain: one open item proposed for one unlinked line; at most three per line, best first. Inputs:
-- unlinked_line, payment_line, matched_line, line, account, ledger.open_item (as it stands after this file).
-- Pairs come from equality only (account with few items, amount, document number, key), never from ranges.
-- Score: amount 40, due date up to 20, counterparty 25, document number 15.
CREATE OR REPLACE TEMP TABLE new_candidate AS
WITH wanted AS MATERIALIZED (
    SELECT payment.line_number, payment.company_code, payment.account_code, payment.open_item_key,
           payment.currency_code,
           coalesce(matched.payment_amount - matched.applied_amount, abs(payment.currency_amount)) AS amount,
           payment.company_amount > 0 AS is_debit,
           line.document_number, coalesce(line.due_date, line.operation_date) AS wanted_date,
           account.counterparty_code
    FROM unlinked_line AS unlinked
    JOIN payment_line AS payment USING (line_number)
    JOIN line USING (line_number)
    LEFT JOIN matched_line AS matched ON matched.line_number = payment.line_number
    LEFT JOIN account ON account.company_code = payment.company_code AND account.account_code = payment.account_code
    ORDER BY payment.line_number
    LIMIT 10000
), item AS NOT MATERIALIZED (
    SELECT item_id, company_code, account_code, open_item_key, currency_code, document_number, due_date,
           original_amount - settled_amount AS residual, side = 'credit' AS is_paid_by_debit
    FROM ledger.open_item
    WHERE status = 'open' AND original_amount > settled_amount
), small_account AS (
    SELECT company_code, account_code FROM item
    SEMI JOIN wanted USING (company_code, account_code)
    GROUP BY ALL HAVING count(*) <= 200
), pair AS (
    SELECT wanted.line_number, item.item_id FROM wanted
    JOIN item ON item.company_code = wanted.company_code AND item.open_item_key = wanted.open_item_key
    UNION
    SELECT wanted.line_number, item.item_id FROM wanted
    SEMI JOIN small_account USING (company_code, account_code)
    JOIN item ON item.company_code = wanted.company_code AND item.account_code = wanted.account_code
    UNION
    SELECT wanted.line_number, item.item_id FROM wanted
    JOIN item ON item.company_code = wanted.company_code AND item.account_code = wanted.account_code
             AND item.residual = wanted.amount
    UNION
    SELECT line_number, item_id FROM (
        SELECT wanted.line_number, item.item_id FROM wanted
        JOIN item ON item.company_code = wanted.company_code AND item.residual = wanted.amount
        QUALIFY row_number() OVER (PARTITION BY wanted.line_number
                                   ORDER BY abs(date_diff('day', item.due_date, wanted.wanted_date)), item.item_id) <= 50)
    UNION
    SELECT wanted.line_number, item.item_id FROM wanted
    JOIN item ON item.company_code = wanted.company_code AND item.document_number = wanted.document_number
), scored AS (
    SELECT wanted.line_number, item.item_id,
           CASE WHEN item.currency_code <> wanted.currency_code THEN 0
                WHEN item.residual = wanted.amount THEN 40
                WHEN abs(item.residual - wanted.amount) * 100 <= item.residual THEN 25
                WHEN item.residual > wanted.amount THEN 10
                ELSE 0 END AS amount_score,
           CASE WHEN item.due_date IS NULL OR wanted.wanted_date IS NULL THEN 0
                ELSE greatest(0, 20 - abs(date_diff('day', item.due_date, wanted.wanted_date)) // 2) END AS date_score,
           CASE WHEN item.account_code = wanted.account_code THEN 25
                WHEN account.counterparty_code = wanted.counterparty_code THEN 20
                ELSE 0 END AS counterparty_score,
           CASE WHEN item.document_number = wanted.document_number THEN 15
                WHEN jaro_winkler_similarity(item.document_number, wanted.document_number) >= 0.9 THEN 8
                ELSE 0 END AS document_score,
           item.residual, item.currency_code, item.due_date, item.document_number, item.account_code,
           item.residual - wanted.amount AS difference, wanted.wanted_date
    FROM pair
    JOIN wanted USING (line_number)
    JOIN item USING (item_id)
    LEFT JOIN account ON account.company_code = item.company_code AND account.account_code = item.account_code
    WHERE item.is_paid_by_debit = wanted.is_debit
)
SELECT line_number,
       row_number() OVER best AS candidate_rank,
       item_id,
       CAST(amount_score + date_score + counterparty_score + document_score AS INTEGER) AS score,
       concat_ws('; ',
           CASE amount_score WHEN 40 THEN 'same amount' WHEN 0 THEN 'other amount or currency'
                ELSE 'amount differs by ' || amount_text(abs(difference)) END,
           CASE WHEN due_date IS NULL THEN 'no due date'
                ELSE 'due ' || due_date || ' (' || abs(date_diff('day', due_date, wanted_date)) || ' days apart)' END,
           CASE counterparty_score WHEN 25 THEN 'same account' WHEN 20 THEN 'same counterparty'
                ELSE 'account ' || account_code END,
           CASE document_score WHEN 15 THEN 'same document number' WHEN 8 THEN 'similar document number'
                END) AS explanation
FROM scored
WINDOW best AS (PARTITION BY line_number
                ORDER BY amount_score + date_score + counterparty_score + document_score DESC, item_id)
QUALIFY row_number() OVER best <= 3
