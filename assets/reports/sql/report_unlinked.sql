-- Grain: one candidate of one unlinked payment, at most three, the best first; a payment without candidates has one row
-- whose candidate_rank is null. Candidates are the open items as they stand now, for what of the payment is unlinked now. Inputs:
-- asked_row (rows of report_unlinked_payments with their place; candidates are looked for of the first 10,000), ledger.open_item,
-- ledger.settlement, ledger.payment_item, ledger.payment_document (what the line of the file named), ledger.account (the version in
-- force), ledger.reference_file, amount_text. Pairs come from equality only (account with few items, amount, document number, key),
-- never from ranges. Score: amount 40, due date up to 20, counterparty 25, document number 15. Order: that of the payments, rank.
WITH part AS (
    -- What is linked of a payment in another currency than the company's. Where that is not all in its own currency, what is left
    -- is known in the company's only.
    SELECT payment.entry_id, payment.line_number, sum(settlement.amount) AS amount,
           bool_or(item.currency_code <> payment.currency_code)
           OR bool_or(made.entry_id IS NOT NULL) AS is_other_currency
    FROM asked_row AS payment
    LEFT JOIN ledger.settlement AS settlement
           ON settlement.entry_id = payment.entry_id AND settlement.line_number = payment.line_number AND settlement.undone_at IS NULL
    LEFT JOIN ledger.open_item AS item USING (item_id)
    LEFT JOIN ledger.payment_item AS made ON made.entry_id = payment.entry_id AND made.line_number = payment.line_number
    WHERE payment.linked_amount > 0 AND payment.currency_code <> payment.company_currency_code
    GROUP BY payment.entry_id, payment.line_number
), chart AS MATERIALIZED (
    SELECT company_code, account_code, counterparty_code
    FROM ledger.account
    WHERE version = (SELECT max(version) FROM ledger.reference_file WHERE file_name = 'chart_of_accounts.csv')
), sized AS (
    SELECT payment.*, document.document_number, coalesce(document.due_date, payment.posting_date) AS wanted_date,
           part.amount AS part_amount,
           payment.currency_amount = 0 OR payment.currency_code = payment.company_currency_code
           OR coalesce(part.is_other_currency, false) AS is_in_company_currency
    FROM asked_row AS payment
    LEFT JOIN ledger.payment_document AS document
           ON document.entry_id = payment.entry_id AND document.line_number = payment.line_number
    LEFT JOIN part ON part.entry_id = payment.entry_id AND part.line_number = payment.line_number
    WHERE payment.place <= 10000
), wanted AS MATERIALIZED (
    SELECT entry_id, line_number, company_code, account_code, open_item_key, document_number, wanted_date, counterparty_code,
           side = 'debit' AS is_debit,
           CASE WHEN is_in_company_currency THEN company_currency_code ELSE currency_code END AS currency_code,
           CAST(CASE WHEN is_in_company_currency THEN unlinked_amount
                     ELSE abs(currency_amount) - coalesce(part_amount, 0) END AS DECIMAL(18,4)) AS amount
    FROM sized
), item AS NOT MATERIALIZED (
    SELECT item_id, company_code, account_code, open_item_key, currency_code, document_number, due_date,
           CAST(original_amount - settled_amount AS DECIMAL(18,4)) AS residual, side = 'credit' AS is_paid_by_debit
    FROM ledger.open_item
    WHERE status = 'open' AND original_amount > settled_amount
), small_account AS (
    SELECT company_code, account_code FROM item
    SEMI JOIN wanted USING (company_code, account_code)
    GROUP BY ALL HAVING count(*) <= 200
), pair AS (
    SELECT wanted.entry_id, wanted.line_number, item.item_id FROM wanted
    JOIN item ON item.company_code = wanted.company_code AND item.open_item_key = wanted.open_item_key
    UNION
    SELECT wanted.entry_id, wanted.line_number, item.item_id FROM wanted
    SEMI JOIN small_account USING (company_code, account_code)
    JOIN item ON item.company_code = wanted.company_code AND item.account_code = wanted.account_code
    UNION
    SELECT wanted.entry_id, wanted.line_number, item.item_id FROM wanted
    JOIN item ON item.company_code = wanted.company_code AND item.account_code = wanted.account_code
             AND item.residual = wanted.amount
    UNION
    SELECT entry_id, line_number, item_id FROM (
        SELECT wanted.entry_id, wanted.line_number, item.item_id FROM wanted
        JOIN item ON item.company_code = wanted.company_code AND item.residual = wanted.amount
        QUALIFY row_number() OVER (PARTITION BY wanted.entry_id, wanted.line_number
                                   ORDER BY abs(date_diff('day', item.due_date, wanted.wanted_date)), item.item_id) <= 50)
    UNION
    SELECT wanted.entry_id, wanted.line_number, item.item_id FROM wanted
    JOIN item ON item.company_code = wanted.company_code AND item.document_number = wanted.document_number
), scored AS (
    SELECT wanted.entry_id, wanted.line_number, item.item_id,
           CASE WHEN item.currency_code <> wanted.currency_code THEN 0
                WHEN item.residual = wanted.amount THEN 40
                WHEN abs(item.residual - wanted.amount) * 100 <= item.residual THEN 25
                WHEN item.residual > wanted.amount THEN 10
                ELSE 0 END AS amount_score,
           CASE WHEN item.due_date IS NULL THEN 0
                ELSE greatest(0, 20 - abs(date_diff('day', item.due_date, wanted.wanted_date)) // 2) END AS date_score,
           CASE WHEN item.account_code = wanted.account_code THEN 25
                WHEN chart.counterparty_code = wanted.counterparty_code THEN 20
                ELSE 0 END AS counterparty_score,
           CASE WHEN item.document_number = wanted.document_number THEN 15
                WHEN jaro_winkler_similarity(item.document_number, wanted.document_number) >= 0.9 THEN 8
                ELSE 0 END AS document_score,
           item.due_date, item.account_code, item.residual - wanted.amount AS difference, wanted.wanted_date
    FROM pair
    JOIN wanted ON wanted.entry_id = pair.entry_id AND wanted.line_number = pair.line_number
    JOIN item USING (item_id)
    LEFT JOIN chart ON chart.company_code = item.company_code AND chart.account_code = item.account_code
    WHERE item.is_paid_by_debit = wanted.is_debit
), candidate AS (
    SELECT entry_id, line_number, item_id, row_number() OVER best AS candidate_rank,
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
    WINDOW best AS (PARTITION BY entry_id, line_number
                    ORDER BY amount_score + date_score + counterparty_score + document_score DESC, item_id)
    QUALIFY row_number() OVER best <= 3
)
SELECT payment.entry_id, payment.line_number, payment.company_code, payment.account_code,
       payment.posting_date, payment.company_currency_code, payment.unlinked_amount, payment.side,
       payment.unlinked_reason, payment.open_item_key, payment.description, payment.source_file,
       payment.partition_key, payment.source_line, payment.account_name, payment.counterparty_code, payment.counterparty_name,
       payment.import_number,
       candidate.candidate_rank, candidate.score,
       candidate.explanation, item.company_code AS candidate_company_code,
       item.account_code AS candidate_account_code, item.open_item_key AS candidate_open_item_key,
       item.document_number, item.due_date, item.currency_code,
       item.original_amount - item.settled_amount AS residual_amount, item.status
FROM asked_row AS payment
LEFT JOIN candidate ON candidate.entry_id = payment.entry_id AND candidate.line_number = payment.line_number
LEFT JOIN ledger.open_item AS item ON item.item_id = candidate.item_id
ORDER BY payment.place, candidate.candidate_rank
