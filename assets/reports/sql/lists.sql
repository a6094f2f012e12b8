-- The lists of the command line.

-- name: report_findings
-- Grain: one finding. Inputs: ledger.reference_file, ledger.finding, ledger.file_import, ledger.document and
-- ledger.sales_invoice (what the finding is about), ledger.counterparty (in force). Parameters: file (null = all),
-- import_id (null = all), is_all (false = only open ones). A finding is open while it belongs to the file's last
-- attempt and nothing resolved it. What ended with its attempt and was found again by the following one was not mended.
SELECT finding.source_file, finding.line_number, finding.byte_start, finding.byte_end, finding.field,
       finding.finding_code, finding.severity, finding.raw_value, finding.expected, finding.remedy,
       file_import.partition_key, finding.progressive,
       coalesce(finding.company_code, document.company_code, invoice.company_code) AS company_code,
       CASE WHEN finding.resolution = 'mended' AND EXISTS (
           SELECT 1 FROM ledger.finding AS following
           WHERE following.import_id = finding.import_id AND following.attempt = finding.attempt + 1
             AND following.finding_code = finding.finding_code AND following.field IS NOT DISTINCT FROM finding.field
             AND following.line_number IS NOT DISTINCT FROM finding.line_number
             AND (following.movement_reference, following.document_id, following.sales_key, following.transmission_key)
                 IS NOT DISTINCT FROM
                 (finding.movement_reference, finding.document_id, finding.sales_key, finding.transmission_key))
            THEN 'again in attempt ' || (finding.attempt + 1) ELSE finding.resolution END AS resolution,
       coalesce(document.document_number, invoice.document_number) AS document_number,
       coalesce(document.counterparty_code, invoice.customer_code) AS counterparty_code,
       coalesce(party.counterparty_name, document.supplier_name, invoice.customer_name) AS counterparty_name,
       finding.found_at,
       finding.import_id, finding.attempt, finding.ordinal,
       coalesce(document.total_amount, invoice.total_amount) AS document_amount,
       'I' || finding.import_id AS import_number
FROM ledger.finding
LEFT JOIN ledger.file_import ON file_import.import_id = finding.import_id
LEFT JOIN ledger.document AS document
       ON document.import_id = finding.import_id AND document.document_id = finding.document_id
LEFT JOIN ledger.sales_invoice AS invoice
       ON invoice.reference = finding.sales_key
LEFT JOIN ledger.counterparty AS party
       ON party.counterparty_code = coalesce(document.counterparty_code, invoice.customer_code)
      AND party.version = (SELECT max(version) FROM ledger.reference_file WHERE file_name = 'counterparties.csv')
WHERE ($is_all
       OR (finding.resolution IS NULL
           AND (finding.import_id IS NULL OR finding.attempt = file_import.attempt)))
  AND ($import_id IS NULL OR finding.import_id = $import_id)
  AND ($file IS NULL
        OR names_import($file, finding.import_id, file_import.partition_key, finding.source_file))

-- name: report_open_items
-- Grain: one open item. Inputs: ledger.open_item, named_account.
SELECT item.rowid AS row_id, item.company_code, item.account_code, item.open_item_key, item.document_number,
       item.due_date, item.currency_code,
       item.original_amount, item.settled_amount, item.original_amount - item.settled_amount AS residual_amount,
       item.status, item.side,
       item.description, item.origin, item.hold_reason, named.account_name, named.counterparty_code,
       named.counterparty_name
FROM ledger.open_item AS item
LEFT JOIN named_account() AS named ON named.company_code = item.company_code AND named.account_code = item.account_code

-- name: sieve_open_items
-- Grain: one open item (its row_id), with what is looked at to find it. Input: ledger.open_item. Parameter: status
-- (null = all).
SELECT rowid AS row_id, *, original_amount - settled_amount AS residual_amount
FROM ledger.open_item
WHERE $status IS NULL OR status = $status

-- name: report_postings
-- Grain: one posting. Inputs: ledger.posting, ledger.journal_entry, ledger.file_import, named_account.
SELECT posting.rowid AS row_id, posting.entry_id, posting.line_number, posting.company_code, posting.account_code,
       posting.posting_date, posting.accounting_reason_code, posting.currency_code, posting.debit_amount,
       posting.credit_amount, posting.description, posting.open_item_key, posting.is_linked,
       file_import.source_file, posting.source_line, posting.company_currency_code, posting.currency_amount,
       posting.linked_amount, posting.unlinked_reason, named.account_name, named.counterparty_code,
       named.counterparty_name,
       posting.debit_amount + posting.credit_amount AS posted_amount, 'I' || file_import.import_id AS import_number,
       entry.entry_kind
FROM ledger.posting
LEFT JOIN ledger.journal_entry AS entry ON entry.entry_id = posting.entry_id
LEFT JOIN ledger.file_import ON file_import.import_id = posting.import_id
LEFT JOIN named_account() AS named ON named.company_code = posting.company_code
  AND named.account_code = posting.account_code

-- name: sieve_postings
-- Grain: one posting (its row_id), with what is looked at to find it. Inputs: ledger.posting, ledger.file_import,
-- names_import. Parameter: file (null = all).
SELECT rowid AS row_id, *, debit_amount + credit_amount AS posted_amount
FROM ledger.posting
WHERE $file IS NULL
   OR import_id IN (SELECT import_id FROM ledger.file_import
                    WHERE names_import($file, import_id, partition_key, source_file))

-- name: report_unlinked_payments
-- Grain: one payment that counts and of which something settles no item. Inputs: ledger.posting, ledger.reversed_entry,
-- ledger.file_import, named_account.
SELECT posting.entry_id, posting.line_number, posting.company_code, posting.account_code, posting.posting_date,
       posting.company_currency_code, posting.debit_amount + posting.credit_amount
           - posting.linked_amount AS unlinked_amount,
       CASE WHEN posting.debit_amount > 0 THEN 'debit' ELSE 'credit' END AS side,
       posting.unlinked_reason, posting.open_item_key, posting.description, file_import.source_file,
       file_import.partition_key,
       posting.source_line, named.account_name, named.counterparty_code, named.counterparty_name, posting.currency_code,
       posting.currency_amount, posting.linked_amount, 'I' || posting.import_id AS import_number
FROM ledger.posting
ANTI JOIN ledger.reversed_entry ON reversed_entry.entry_id = posting.entry_id
LEFT JOIN ledger.file_import ON file_import.import_id = posting.import_id
LEFT JOIN named_account() AS named ON named.company_code = posting.company_code
  AND named.account_code = posting.account_code
WHERE posting.unlinked_reason IS NOT NULL

-- name: keep_asked_entry
-- Grain: one asked payment of an entry: the others are left out. Inputs: asked_row; $entry_id.
DELETE FROM asked_row WHERE entry_id <> $entry_id

-- name: report_payments_of_item
-- Grain: one unlinked payment on the account of an open item that may be its: as much is unlinked of it as is left of
-- the item, or its line named the item's document or key. Inputs: asked_row (rows of report_unlinked_payments),
-- ledger.open_item, ledger.payment_document; $item_id, $limit. Order: by amount first, then the nearest to the due
-- date.
SELECT payment.entry_id, payment.line_number, payment.posting_date, payment.unlinked_amount,
       payment.company_currency_code,
       CASE WHEN payment.is_of_amount THEN 'amount' WHEN payment.is_of_document THEN 'document number'
            ELSE 'key' END AS fits_by,
       payment.description, payment.source_file, payment.source_line, payment.import_number
FROM (
    SELECT asked.*, item.due_date,
           CASE WHEN item.currency_code = asked.company_currency_code
                THEN asked.unlinked_amount = item.original_amount - item.settled_amount
                ELSE item.currency_code = asked.currency_code AND asked.linked_amount = 0
                     AND abs(asked.currency_amount) = item.original_amount - item.settled_amount END AS is_of_amount,
           coalesce(document.document_number = item.document_number, false) AS is_of_document,
           coalesce(asked.open_item_key = item.open_item_key, false) AS is_of_key
    FROM asked_row AS asked
    JOIN ledger.open_item AS item
      ON item.company_code = asked.company_code AND item.account_code = asked.account_code AND item.side <> asked.side
    LEFT JOIN ledger.payment_document AS document
           ON document.entry_id = asked.entry_id AND document.line_number = asked.line_number
    WHERE item.item_id = $item_id AND item.status = 'open'
) AS payment
WHERE payment.is_of_amount OR payment.is_of_document OR payment.is_of_key
ORDER BY payment.is_of_amount DESC, abs(date_diff('day', payment.due_date, payment.posting_date)) NULLS LAST,
         payment.entry_id,
         payment.line_number
LIMIT $limit

-- name: report_unlinked
-- Grain: one candidate of one unlinked payment, at most three, the best first; a payment without candidates has one row
-- whose candidate_rank is null. Candidates are the open items as they stand now, for what of the payment is unlinked
-- now. Inputs: asked_row (rows of report_unlinked_payments with their place; candidates are looked for of the first
-- 10,000), ledger.open_item, ledger.settlement, ledger.payment_item, ledger.payment_document (what the line of the file
-- named), ledger.account (the version in force), ledger.reference_file, amount_text. Pairs come from equality only
-- (account with few items, amount, document number, key), never from ranges. Score: amount 40, due date up to 20,
-- counterparty 25, document number 15. Order: that of the payments, rank.
WITH part AS (
    -- What is linked of a payment in another currency than the company's. Where that is not all in its own currency,
    -- what is left is known in the company's only.
    SELECT payment.entry_id, payment.line_number, sum(settlement.amount) AS amount,
           bool_or(item.currency_code <> payment.currency_code)
           OR bool_or(made.entry_id IS NOT NULL) AS is_other_currency
    FROM asked_row AS payment
    LEFT JOIN ledger.settlement AS settlement
           ON settlement.entry_id = payment.entry_id AND settlement.line_number = payment.line_number
           AND settlement.undone_at IS NULL
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
    SELECT entry_id, line_number, company_code, account_code, open_item_key, document_number, wanted_date,
           counterparty_code,
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
                                   ORDER BY abs(date_diff('day', item.due_date, wanted.wanted_date)),
                                            item.item_id) <= 50)
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
                    ELSE 'due ' || due_date || ' (' || abs(date_diff('day', due_date, wanted_date))
                        || ' days apart)' END,
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
       payment.partition_key, payment.source_line, payment.account_name, payment.counterparty_code,
       payment.counterparty_name,
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

-- name: report_import
-- Grain: one row, the import of a file. Input: ledger.file_import. Parameter: import_id.
SELECT file_import.import_id, file_import.source_kind, file_import.partition_key, file_import.source_file,
       file_import.content_sha256, file_import.byte_count, file_import.reader_name, file_import.status,
       file_import.attempt, file_import.reference_version, file_import.run_id, file_import.imported_at,
       file_import.line_count, file_import.movement_count, file_import.posted_movement_count,
       file_import.repeated_movement_count, file_import.posting_count, file_import.linked_posting_count,
       file_import.unlinked_posting_count, file_import.error_count, file_import.warning_count,
       file_import.debit_total, file_import.credit_total,
       repeated.partition_key AS repeats_partition_key,
       successor.partition_key AS superseded_by_partition_key,
       file_import.closed_at, file_import.closed_by, file_import.closed_reason, file_import.rules_version,
       'I' || file_import.import_id AS import_number, 'I' || file_import.repeats_import_id AS repeats_import_number,
       'I' || file_import.superseded_by_import_id AS superseded_by_import_number
FROM ledger.file_import
LEFT JOIN ledger.file_import AS repeated ON repeated.import_id = file_import.repeats_import_id
LEFT JOIN ledger.file_import AS successor ON successor.import_id = file_import.superseded_by_import_id
WHERE file_import.import_id = $import_id

-- name: report_import_attempts
-- Grain: one attempt to import a file. Input: ledger.import_attempt. Parameter: import_id. Order: attempt.
SELECT attempt, attempted_at, status, posted_movement_count, error_count, warning_count, reference_version,
       run_id
FROM ledger.import_attempt
WHERE import_id = $import_id
ORDER BY attempt

-- name: report_import_kept_out
-- Grain: one movement of a file that open errors keep out of the ledger. Inputs: ledger.finding, ledger.file_import.
-- Parameters: import_id, limit (null = none). Order: the first line concerned, company, progressive.
SELECT finding.company_code,
       finding.progressive,
       min(finding.movement_reference) AS movement_reference,
       min(finding.line_number) AS first_line_number,
       string_agg(DISTINCT finding.finding_code, ' ' ORDER BY finding.finding_code) AS finding_codes
FROM ledger.finding
JOIN ledger.file_import ON file_import.import_id = finding.import_id AND file_import.attempt = finding.attempt
WHERE finding.import_id = $import_id
  AND finding.severity = 'ERROR'
  AND finding.resolution IS NULL
  AND finding.progressive IS NOT NULL
GROUP BY finding.company_code, finding.progressive
ORDER BY first_line_number NULLS LAST, finding.company_code, finding.progressive
LIMIT $limit

-- name: report_import_entries
-- Grain: one journal entry that an import made, reversals included. Inputs: ledger.journal_entry, ledger.posting.
-- Parameters: import_id, limit (null = none). Order: entry_id.
WITH chosen AS (
    SELECT entry_id, entry_kind, company_code, posting_date, accounting_reason_code, progressive, source_line,
           movement_key, attempt, reverses_entry_id
    FROM ledger.journal_entry
    WHERE import_id = $import_id
    ORDER BY entry_id
    LIMIT $limit
)
SELECT chosen.entry_id, chosen.entry_kind, chosen.company_code, chosen.posting_date,
       chosen.accounting_reason_code, chosen.progressive, chosen.source_line, chosen.movement_key,
       chosen.attempt, chosen.reverses_entry_id,
       count(*) AS posting_count,
       min(posting.company_currency_code) AS company_currency_code,
       sum(posting.debit_amount) AS debit_total,
       count(posting.unlinked_reason) AS unlinked_posting_count
FROM chosen
JOIN ledger.posting ON posting.entry_id = chosen.entry_id
GROUP BY ALL
ORDER BY chosen.entry_id
