-- Checks over the ledger.

-- name: check_entries_balance
-- Grain: one journal entry whose debits and credits differ. Inputs: ledger.posting.
SELECT entry_id, sum(debit_amount) AS debit_total, sum(credit_amount) AS credit_total
FROM ledger.posting
GROUP BY entry_id
HAVING sum(debit_amount) <> sum(credit_amount)
ORDER BY entry_id

-- name: check_imports_add_up
-- Grain: one import whose counts or totals differ from its postings, or null for postings without an import. A document
-- of which nothing is to be posted (free goods) has an entry without postings. An entry that a person asked for has no
-- import but says who and why; a registration that it reverses is not counted, nor a movement that waits for an answer
-- again, while an import keeps what it brought. Inputs: ledger.file_import, ledger.journal_entry, ledger.posting,
-- ledger.manual_entry, ledger.reversed_entry, ledger.withdrawn_movement.
WITH reversed AS (
    SELECT reversed.entry_id FROM ledger.reversed_entry AS reversed
    JOIN ledger.journal_entry AS entry ON entry.entry_id = reversed.entry_id
    WHERE entry.entry_kind = 'invoice'
    UNION ALL
    SELECT entry_id FROM ledger.withdrawn_movement
), posted AS (
    SELECT import_id, count(*) AS posting_count, count(DISTINCT entry_id) FILTER (NOT is_reversed) AS entry_count,
           sum(debit_amount) AS debit_total, sum(credit_amount) AS credit_total,
           count(*) FILTER (is_linked) AS linked_count,
           count(*) FILTER (source_line IS NULL) AS sourceless_count
    FROM (
        SELECT posting.*, reversed.entry_id IS NOT NULL AS is_reversed
        FROM ledger.posting AS posting LEFT JOIN reversed ON reversed.entry_id = posting.entry_id
    )
    WHERE import_id IS NOT NULL
       OR entry_id NOT IN (SELECT entry_id
                           FROM ledger.manual_entry
                           JOIN ledger.journal_entry USING (entry_id)
                           WHERE entry_kind IN ('manual', 'reversal') AND import_id IS NULL)
    GROUP BY import_id
), empty AS (
    SELECT import_id, count(*) AS entry_count
    FROM ledger.journal_entry ANTI JOIN ledger.posting USING (entry_id) ANTI JOIN reversed USING (entry_id)
    WHERE entry_kind IN ('invoice', 'sales')
    GROUP BY import_id
)
SELECT 'I' || import.import_id AS import_number, import.partition_key, posted.import_id,
       import.posting_count AS recorded_postings,
       posted.posting_count AS postings, import.posted_movement_count AS recorded_entries,
       coalesce(posted.entry_count, 0) + coalesce(empty.entry_count, 0) AS entries,
       import.debit_total AS recorded_debit, posted.debit_total AS debit
FROM ledger.file_import AS import
FULL JOIN posted USING (import_id)
LEFT JOIN empty USING (import_id)
WHERE import.import_id IS NULL
   OR import.posting_count <> coalesce(posted.posting_count, 0)
   OR import.posted_movement_count <> coalesce(posted.entry_count, 0) + coalesce(empty.entry_count, 0)
   OR import.linked_posting_count <> coalesce(posted.linked_count, 0)
   OR import.debit_total <> coalesce(posted.debit_total, 0)
   OR import.credit_total <> coalesce(posted.credit_total, 0)
   OR posted.sourceless_count > 0
ORDER BY import.import_id

-- name: check_links
-- Grain: one posting whose linked amount is not what its settlements, and the open items that were made of it, add up
-- to; that is linked although its entry is reversed; or that a person made, that counts, and that stands as an unlinked
-- payment. Inputs: ledger.posting,
-- ledger.settlement_link, ledger.payment_item, ledger.open_item, ledger.journal_entry, ledger.reversed_entry. Order:
-- entry and line.
WITH link AS (
    SELECT entry_id, line_number, linked_amount AS amount FROM ledger.settlement_link WHERE undone_at IS NULL
    UNION ALL
    SELECT made.entry_id, made.line_number, made.company_amount
    FROM ledger.payment_item AS made
    JOIN ledger.open_item AS item USING (item_id)
    WHERE item.status <> 'withdrawn'
), linked AS (
    SELECT entry_id, line_number, sum(amount) AS amount FROM link GROUP BY entry_id, line_number
)
SELECT posting.entry_id, posting.line_number, posting.linked_amount, coalesce(linked.amount, 0) AS settlements
FROM ledger.posting AS posting
FULL JOIN linked ON linked.entry_id = posting.entry_id AND linked.line_number = posting.line_number
LEFT JOIN ledger.journal_entry AS entry ON entry.entry_id = posting.entry_id AND entry.entry_kind = 'manual'
LEFT JOIN ledger.reversed_entry AS reversed ON reversed.entry_id = posting.entry_id
WHERE posting.linked_amount IS DISTINCT FROM coalesce(linked.amount, 0)
   OR (entry.entry_id IS NOT NULL AND reversed.entry_id IS NULL AND posting.unlinked_reason IS NOT NULL)
   OR (reversed.entry_id IS NOT NULL AND posting.linked_amount > 0)
   OR posting.linked_amount > posting.debit_amount + posting.credit_amount
ORDER BY posting.entry_id, posting.line_number

-- name: check_movements_stand_once
-- Grain: one movement that is in force more than once, or not as its import says: by two entries with its key or of the
-- same line of the same file; by an entry of a deleted import, or one in the stead of such; by a payment and one that
-- people made in its stead, or more of these than it had; or without its key being known, so that it could come again.
-- Inputs: ledger.brought_entry, ledger.journal_entry, ledger.file_import, ledger.posting, ledger.payment_in_stead,
-- ledger.reversed_entry, ledger.imported_movement. Order: problem, entries.
WITH standing AS MATERIALIZED (
    SELECT * FROM ledger.brought_entry WHERE is_in_force
), twice AS (
    SELECT movement_key FROM standing WHERE movement_key IS NOT NULL GROUP BY movement_key HAVING count(*) > 1
), content AS (
    SELECT import_id, min(import_id) OVER (PARTITION BY content_sha256) AS content_id FROM ledger.file_import
    WHERE source_kind = 'trace'
), line AS (
    SELECT content.content_id, standing.source_line, standing.entry_id
    FROM standing JOIN content USING (import_id)
    WHERE standing.movement_key IS NULL
), line_twice AS (
    SELECT line.*
    FROM line SEMI JOIN (SELECT content_id, source_line FROM line GROUP BY ALL
                         HAVING count(*) > 1) USING (content_id, source_line)
), made AS (
    SELECT made.* FROM ledger.payment_in_stead AS made
    ANTI JOIN ledger.reversed_entry AS reversed ON reversed.entry_id = made.entry_id
), wrong AS (
    SELECT 'one movement' AS problem, min(entry_id) AS entry_id, string_agg(entry_id, ', ' ORDER BY entry_id) AS entries
    FROM standing SEMI JOIN twice USING (movement_key)
    GROUP BY movement_key
    UNION ALL
    SELECT 'one line of a file', min(entry_id), string_agg(entry_id, ', ' ORDER BY entry_id)
    FROM line_twice
    GROUP BY content_id, source_line
    UNION ALL
    SELECT 'counts although its import is deleted', entry_id, CAST(entry_id AS VARCHAR)
    FROM standing WHERE is_import_deleted
    UNION ALL
    SELECT 'in the stead of one whose import is deleted', made.entry_id, CAST(made.entry_id AS VARCHAR)
    FROM made
    JOIN ledger.brought_entry AS brought ON brought.entry_id = made.replaces_entry_id
    WHERE brought.is_import_deleted
    UNION ALL
    SELECT 'a payment and one in its stead', made.replaces_entry_id,
           made.replaces_entry_id || ', ' || string_agg(made.entry_id, ', ' ORDER BY made.entry_id)
    FROM made
    JOIN ledger.posting AS paid ON paid.entry_id = made.replaces_entry_id
      AND paid.line_number = made.replaces_line_number
    LEFT JOIN ledger.reversed_entry AS reversed ON reversed.entry_id = made.replaces_entry_id
    GROUP BY made.replaces_entry_id, made.replaces_line_number, reversed.entry_id, paid.debit_amount, paid.credit_amount
    HAVING reversed.entry_id IS NULL OR sum(made.company_amount) > paid.debit_amount + paid.credit_amount
    UNION ALL
    SELECT 'its key is not known', standing.entry_id, CAST(standing.entry_id AS VARCHAR)
    FROM standing
    ANTI JOIN ledger.imported_movement AS imported ON imported.entry_id = standing.entry_id
    WHERE standing.movement_key IS NOT NULL
)
SELECT entry.company_code, entry.posting_date, wrong.problem, wrong.entries
FROM wrong
JOIN ledger.journal_entry AS entry ON entry.entry_id = wrong.entry_id
ORDER BY wrong.problem, wrong.entry_id

-- name: check_keys_unique
-- Grain: one key that several rows of a table have; none is ever right. These are the tables that hold no key
-- themselves (migrations/024_keys.sql says why). What is blank in a key is left out of it. Inputs: ledger.posting,
-- ledger.settlement, ledger.open_item, ledger.finding, ledger.exported_item, ledger.document_question,
-- ledger.accounting_reason, ledger.counterparty_identifier, ledger.posting_rule, ledger.reason_description,
-- ledger.setting, ledger.vat_code, ledger.welfare_fund_account, ledger.withholding_account.
SELECT 'posting' AS table_name, concat_ws('/', entry_id, line_number) AS number, count(*) AS row_count
FROM ledger.posting
GROUP BY entry_id, line_number
HAVING count(*) > 1
UNION ALL
SELECT 'settlement', CAST(settlement_id AS VARCHAR), count(*)
FROM ledger.settlement
GROUP BY settlement_id
HAVING count(*) > 1
UNION ALL
SELECT 'open_item', CAST(item_id AS VARCHAR), count(*)
FROM ledger.open_item
GROUP BY item_id
HAVING count(*) > 1
UNION ALL
SELECT 'finding', concat_ws('/', import_id, attempt, ordinal), count(*)
FROM ledger.finding
GROUP BY import_id, attempt, ordinal
HAVING count(*) > 1
UNION ALL
SELECT 'exported_item', concat_ws('/', company_code, open_item_key), count(*)
FROM ledger.exported_item
GROUP BY company_code, open_item_key
HAVING count(*) > 1
UNION ALL
SELECT 'document_question', concat_ws('/', document_id, question, other_document_id), count(*)
FROM ledger.document_question
GROUP BY document_id, question, other_document_id
HAVING count(*) > 1
UNION ALL
SELECT 'accounting_reason', concat_ws('/', version, company_code, accounting_reason_code), count(*)
FROM ledger.accounting_reason
GROUP BY version, company_code, accounting_reason_code
HAVING count(*) > 1
UNION ALL
SELECT 'counterparty_identifier',
       concat_ws('/', version, counterparty_code, scheme_code, identifier, valid_from_date), count(*)
FROM ledger.counterparty_identifier
GROUP BY version, counterparty_code, scheme_code, identifier, valid_from_date
HAVING count(*) > 1
UNION ALL
SELECT 'posting_rule', concat_ws('/', version, company_code, accounting_reason_code), count(*)
FROM ledger.posting_rule
GROUP BY version, company_code, accounting_reason_code
HAVING count(*) > 1
UNION ALL
SELECT 'reason_description', concat_ws('/', version, company_code, operation_description), count(*)
FROM ledger.reason_description
GROUP BY version, company_code, operation_description
HAVING count(*) > 1
UNION ALL
SELECT 'setting', concat_ws('/', version, company_code, setting_name), count(*)
FROM ledger.setting
GROUP BY version, company_code, setting_name
HAVING count(*) > 1
UNION ALL
SELECT 'vat_code', concat_ws('/', version, company_code, vat_code), count(*)
FROM ledger.vat_code
GROUP BY version, company_code, vat_code
HAVING count(*) > 1
UNION ALL
SELECT 'welfare_fund_account', concat_ws('/', version, company_code, fund_type), count(*)
FROM ledger.welfare_fund_account
GROUP BY version, company_code, fund_type
HAVING count(*) > 1
UNION ALL
SELECT 'withholding_account', concat_ws('/', version, company_code, withholding_type), count(*)
FROM ledger.withholding_account
GROUP BY version, company_code, withholding_type
HAVING count(*) > 1
ORDER BY table_name, number

-- name: check_residuals
-- Grain: one open item that differs from its settlements, is negative, or has the wrong status. Inputs:
-- ledger.open_item, ledger.settlement.
WITH paid AS (
    SELECT item_id, sum(amount) AS amount, sum(amount_company_currency) AS company_amount
    FROM ledger.settlement WHERE undone_at IS NULL GROUP BY item_id
)
SELECT item.company_code, item.open_item_key, item.original_amount, item.settled_amount,
       coalesce(paid.amount, 0) AS settlements, item.status
FROM ledger.open_item AS item
LEFT JOIN paid USING (item_id)
WHERE item.settled_amount <> coalesce(paid.amount, 0)
   OR item.settled_amount_company_currency <> coalesce(paid.company_amount, 0)
   OR item.settled_amount > item.original_amount
   OR (item.status = 'closed') <> (item.settled_amount = item.original_amount)
ORDER BY item.company_code, item.open_item_key

-- name: check_debts_stand_once
-- Grain: one opening item whose document an invoice brought too: of the same party, side, number and year, both open or
-- paid. A party is a counterparty as supplier or as customer, and an account that is nobody's. Such pairs are from
-- before an invoice was compared with the opening items. Inputs: ledger.open_item, ledger.account (the version in
-- force), ledger.reference_file. The item whose document has no date is of any year.
WITH owned AS (
    SELECT company_code, account_code, [account_kind, counterparty_code] AS party
    FROM ledger.account
    WHERE version = (SELECT max(version) FROM ledger.reference_file WHERE file_name = 'chart_of_accounts.csv')
      AND counterparty_code IS NOT NULL
), item AS (
    SELECT item.*, upper(trim(regexp_replace(document_number, '[\s\p{Z}\p{Cc}]+', ' ', 'g'))) AS number_text,
           coalesce(owned.party, [item.account_code]) AS party
    FROM ledger.open_item AS item LEFT JOIN owned USING (company_code, account_code)
    WHERE item.status <> 'withdrawn' AND item.document_number IS NOT NULL
)
SELECT opening.company_code, opening.account_code, opening.document_number, opening.open_item_key, opening.status,
       opening.original_amount, invoice.open_item_key AS invoice_item_key, invoice.status AS invoice_item_status,
       invoice.original_amount AS invoice_amount
FROM item AS opening
JOIN item AS invoice ON invoice.company_code = opening.company_code AND invoice.party = opening.party
                    AND invoice.side = opening.side AND invoice.number_text = opening.number_text
WHERE opening.origin = 'opening' AND invoice.origin IN ('invoice', 'sales')
  AND coalesce(year(opening.document_date) = year(invoice.document_date), true)
ORDER BY opening.company_code, opening.account_code, opening.open_item_key, invoice.open_item_key
