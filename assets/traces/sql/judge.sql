-- What is wrong with movements, and which of them may be posted.

-- name: without_codes
-- A text without the private characters that stand for the codes of a note template: no value is taken for a code. Null
-- becomes the empty text.
CREATE OR REPLACE TEMP MACRO without_codes(value) AS
    regexp_replace(coalesce(value, ''), '[\x{E001}-\x{E00C}]', '', 'g')

-- name: movement
-- Grain: one movement: the lines of the file that share company and progressive; key (company, progressive). Inputs:
-- line, rejected_line, company_setting. Invariant: movement_number counts from 1 in the order of the first lines.
-- balance and balance_other_view are what the lines add up to under the company's amount_view and under the other one:
-- zero where the movement balances. is_unnumbered: without numerator and entry (blank or zero), so that movement_key
-- tells it from no other movement of that day and amount (D12).
CREATE OR REPLACE TEMP TABLE movement AS
WITH grouped AS (
    SELECT company, progressive, min(line_number) AS first_line, max(line_number) AS last_line,
           count(*) AS line_count,
           sum(amount_company_currency) AS total, min(operation_date) AS first_date,
           max(operation_date) AS last_date,
           count(*) FILTER (operation_date IS NULL OR amount_company_currency IS NULL) > 0 AS has_gap
    FROM line
    WHERE company IS NOT NULL AND progressive IS NOT NULL
    GROUP BY company, progressive
), rejected AS (
    SELECT DISTINCT company, progressive
    FROM line SEMI JOIN rejected_line USING (line_number)
    WHERE company IS NOT NULL AND progressive IS NOT NULL
)
SELECT row_number() OVER (ORDER BY grouped.first_line) AS movement_number,
       grouped.company, grouped.progressive, grouped.first_line, grouped.line_count,
       grouped.last_line, grouped.last_line - grouped.first_line + 1 = grouped.line_count AS is_contiguous,
       grouped.first_date AS operation_date, grouped.last_date,
       rejected.company IS NOT NULL OR grouped.has_gap AS has_rejected_line,
       first.account AS first_account, first.numerator, first.year, first.entry,
       first.amount_company_currency AS first_amount,
       coalesce(setting.amount_view, 'ledger') AS amount_view,
       CASE WHEN coalesce(setting.amount_view, 'ledger') = 'bank'
            THEN 2 * CAST(first.amount_company_currency AS DECIMAL(38,4)) - grouped.total
            ELSE grouped.total END AS balance,
       CASE WHEN coalesce(setting.amount_view, 'ledger') = 'bank'
            THEN grouped.total ELSE 2 * CAST(first.amount_company_currency AS DECIMAL(38,4))
                - grouped.total END AS balance_other_view,
       concat_ws('|', grouped.company, coalesce(first.numerator, ''), coalesce(first.year, ''),
                 coalesce(CAST(first.entry AS VARCHAR), ''), grouped.first_date,
                 amount_text(first.amount_company_currency), first.account) AS movement_key,
       coalesce(first.numerator, '') = '' AND coalesce(first.entry, 0) = 0 AS is_unnumbered,
       CASE WHEN first.entry IS NOT NULL AND (first.entry <> 0 OR first.numerator IS NOT NULL)
            THEN concat_ws('|', grouped.company, coalesce(first.numerator, ''), coalesce(first.year, ''), first.entry)
            END AS movement_reference
FROM grouped
JOIN line AS first ON first.line_number = grouped.first_line
LEFT JOIN rejected ON rejected.company = grouped.company AND rejected.progressive = grouped.progressive
LEFT JOIN company_setting AS setting ON setting.company_code = grouped.company

-- name: entry_line
-- Grain: one line of a movement, with amounts from the ledger's view (+ debit, - credit) and the accounting reason that
-- the ledger uses; file_text is what the file says of the line. Inputs: line, movement, company_setting,
-- reason_description, company. entry_line_number counts the lines of the movement from 1; it is counted out only for
-- movements whose lines do not stand together, since a window over a million lines costs as much as all the rest.
CREATE OR REPLACE TEMP TABLE entry_line AS
WITH scattered AS (
    SELECT line.line_number,
           row_number() OVER (PARTITION BY movement.movement_number ORDER BY line.line_number) AS position
    FROM line
    JOIN movement ON movement.company = line.company AND movement.progressive = line.progressive
    WHERE NOT movement.is_contiguous
)
SELECT line.line_number, movement.movement_number,
       coalesce(scattered.position, line.line_number - movement.first_line + 1) AS entry_line_number,
       line.company AS company_code, line.account AS account_code,
       CASE WHEN coalesce(setting.is_reason_by_description, false)
                 THEN coalesce(own.accounting_reason_code, common.accounting_reason_code)
            ELSE line.reason_code END AS accounting_reason_code,
       line.currency AS currency_code,
       CASE WHEN movement.amount_view = 'bank' AND line.line_number <> movement.first_line
            THEN -line.amount ELSE line.amount END AS currency_amount,
       coalesce(company.currency_code, line.company_currency) AS company_currency_code,
       CASE WHEN movement.amount_view = 'bank' AND line.line_number <> movement.first_line
            THEN -line.amount_company_currency ELSE line.amount_company_currency END AS company_amount,
       line.open_item_key, line.settlement_flag, line.byte_start, line.byte_end,
       coalesce(line.note, line.operation_description, line.bank_note) AS file_text
FROM line
JOIN movement ON movement.company = line.company AND movement.progressive = line.progressive
LEFT JOIN scattered ON scattered.line_number = line.line_number
LEFT JOIN company ON company.company_code = line.company
LEFT JOIN company_setting AS setting ON setting.company_code = line.company
LEFT JOIN reason_description AS own
       ON setting.is_reason_by_description AND own.company_code = line.company
      AND own.operation_description = line.operation_description
LEFT JOIN reason_description AS common
       ON setting.is_reason_by_description AND common.company_code IS NULL
      AND common.operation_description = line.operation_description

-- name: forget_posted_before
-- Grain: one failing row that is none: about a movement that an earlier attempt posted, since what stands in the ledger
-- is not judged by today's reference data; or whether a movement is another, where a person said so. Inputs: found_now,
-- line, movement_posted_before, movement_answered, error_code.
DELETE FROM found_now
WHERE finding_code IN (SELECT finding_code FROM error_code)
  AND line_number IN (
      SELECT line.line_number FROM line SEMI JOIN movement_posted_before USING (company, progressive))
   OR finding_code = 'movement_twice_in_file'
  AND line_number IN (
      SELECT line.line_number FROM line SEMI JOIN movement_answered USING (company, progressive))

-- name: check_unknown_company
-- Grain: one line whose company the reference data do not know. Inputs: line, company.
SELECT line.line_number, 'company' AS field, 'unknown_company' AS finding_code, line.company AS raw_value,
       NULL::VARCHAR AS expected
FROM line ANTI JOIN company ON company.company_code = line.company
WHERE line.company IS NOT NULL

-- name: check_unknown_account
-- Grain: one line whose account is not in the chart of its (known) company, or not active (D06). Inputs: account,
-- company, line.
SELECT line.line_number, 'account' AS field,
       CASE WHEN account.account_code IS NULL THEN 'unknown_account' ELSE 'inactive_account' END AS finding_code,
       line.account AS raw_value, NULL::VARCHAR AS expected
FROM line
SEMI JOIN company ON company.company_code = line.company
LEFT JOIN account ON account.company_code = line.company AND account.account_code = line.account
WHERE line.account IS NOT NULL AND (account.account_code IS NULL OR NOT account.is_active)

-- name: check_unknown_reason
-- Grain: one line whose accounting reason the ledger does not know (D06). Where the company maps descriptions to
-- reasons (D26): one line whose description is not mapped, or mapped to a reason of other companies only. Inputs: line,
-- entry_line, company_setting, accounting_reason.
SELECT line.line_number,
       CASE WHEN setting.is_reason_by_description THEN 'operation_description' ELSE 'reason_code' END AS field,
       CASE WHEN setting.is_reason_by_description AND entry.accounting_reason_code IS NULL
            THEN 'unmapped_operation_description' ELSE 'unknown_accounting_reason' END AS finding_code,
       CASE WHEN setting.is_reason_by_description THEN coalesce(line.operation_description, '')
            ELSE line.reason_code END AS raw_value,
       CASE WHEN setting.is_reason_by_description AND entry.accounting_reason_code IS NOT NULL
            THEN said('reason_of_company', {'reason': entry.accounting_reason_code}) END AS expected
FROM line
JOIN entry_line AS entry ON entry.line_number = line.line_number
JOIN company_setting AS setting ON setting.company_code = line.company
WHERE (setting.is_reason_by_description OR line.reason_code IS NOT NULL)
  AND NOT EXISTS (
      SELECT 1 FROM accounting_reason AS reason
      WHERE coalesce(reason.company_code, line.company) = line.company
        AND reason.accounting_reason_code = entry.accounting_reason_code)

-- name: check_on_behalf_company
-- Grain: one line that was paid on behalf of a company which the reference data do not know (D32). Inputs: company,
-- line.
SELECT line.line_number, 'on_behalf_company' AS field, 'unknown_on_behalf_company' AS finding_code,
       line.on_behalf_company AS raw_value, NULL::VARCHAR AS expected
FROM line ANTI JOIN company ON company.company_code = line.on_behalf_company
WHERE line.on_behalf_company IS NOT NULL

-- name: check_company_currency
-- Grain: one line that names another ledger currency than its company has. Inputs: company, line.
SELECT line.line_number, 'company_currency' AS field, 'company_currency_differs' AS finding_code,
       line.company_currency AS raw_value,
       said('currency_of_company', {'currency': company.currency_code}) AS expected
FROM line JOIN company ON company.company_code = line.company
WHERE line.company_currency IS NOT NULL AND line.company_currency <> company.currency_code

-- name: check_amount_precision
-- Grain: one amount with more decimals than its currency has. Inputs: line, company, currency_digits.
SELECT line.line_number, 'amount' AS field, 'amount_too_precise' AS finding_code,
       CAST(line.amount AS VARCHAR) AS raw_value,
       said('decimals_of_currency', {'currency': line.currency, 'digits': coalesce(digits.digits, 2)}) AS expected
FROM line LEFT JOIN currency_digits AS digits ON digits.currency_code = line.currency
WHERE line.amount <> round(line.amount, 2) AND line.amount IS NOT NULL AND coalesce(digits.digits, 2) = 2
   OR digits.digits = 0 AND line.amount <> round(line.amount, 0)
   OR digits.digits = 3 AND line.amount <> round(line.amount, 3)
UNION ALL
SELECT line.line_number, 'amount_company_currency', 'amount_too_precise',
       CAST(line.amount_company_currency AS VARCHAR),
       company.currency_code || ' has ' || coalesce(digits.digits, 2) || ' decimals'
FROM line
JOIN company ON company.company_code = line.company
LEFT JOIN currency_digits AS digits ON digits.currency_code = company.currency_code
WHERE line.amount_company_currency <> round(line.amount_company_currency, 2) AND coalesce(digits.digits, 2) = 2
   OR digits.digits = 0 AND line.amount_company_currency <> round(line.amount_company_currency, 0)
   OR digits.digits = 3 AND line.amount_company_currency <> round(line.amount_company_currency, 3)

-- name: check_same_amounts
-- Grain: one line whose two amounts cannot both be right: they differ in the company's own currency, or one is a debit
-- and the other a credit. Inputs: line, company.
SELECT line.line_number, 'amount' AS field, 'movement_currencies_differ' AS finding_code,
       amount_text(line.amount) AS raw_value,
       CASE WHEN company.currency_code = line.currency
            THEN said('amount_as_in_company_currency', {'amount': amount_text(line.amount_company_currency)})
            ELSE said('sign_as_in_company_currency', {'amount': amount_text(line.amount_company_currency)})
            END AS expected
FROM line JOIN company ON company.company_code = line.company
WHERE company.currency_code = line.currency AND line.amount <> line.amount_company_currency
   OR line.amount > 0 AND line.amount_company_currency < 0
   OR line.amount < 0 AND line.amount_company_currency > 0

-- name: check_first_account
-- Grain: one movement whose first line is on an account that is neither bank nor transit (D05). Inputs: account,
-- movement.
SELECT movement.first_line AS line_number, 'account' AS field, 'first_account_not_bank' AS finding_code,
       movement.first_account AS raw_value,
       said('bank_or_transit_account', {'account': movement.first_account, 'kind': account.account_kind}) AS expected
FROM movement
JOIN account ON account.company_code = movement.company AND account.account_code = movement.first_account
WHERE account.account_kind NOT IN ('bank', 'transit')

-- name: check_dates
-- Grain: one movement whose lines have different operation dates. Input: movement.
SELECT first_line AS line_number, 'operation_date' AS field, 'movement_dates_differ' AS finding_code,
       operation_date || ' to ' || last_date AS raw_value, NULL::VARCHAR AS expected
FROM movement
WHERE operation_date <> last_date

-- name: check_balance
-- Grain: one movement, all of whose lines could be read, that does not add up to zero (D34). Where it would under the
-- other amount_view, the expectation says so (D36). Input: movement.
SELECT first_line AS line_number, 'amount_company_currency' AS field, 'movement_unbalanced' AS finding_code,
       amount_text(balance) AS raw_value,
       CASE WHEN balance_other_view IS DISTINCT FROM 0
            THEN said('lines_that_balance', {'difference': amount_text(balance)})
            WHEN amount_view = 'bank'
            THEN said('lines_that_balance_for_ledger', {'difference': amount_text(balance), 'company': company})
            ELSE said('lines_that_balance_for_bank', {'difference': amount_text(balance), 'company': company})
            END AS expected
FROM movement
WHERE balance <> 0 AND NOT has_rejected_line

-- name: check_period
-- Grain: one movement dated in a closed period (D35) or in none. Inputs: movement, accounting_period, company.
SELECT movement.first_line AS line_number, 'operation_date' AS field,
       CASE WHEN period.period_code IS NULL THEN 'period_missing' ELSE 'period_closed' END AS finding_code,
       CAST(movement.operation_date AS VARCHAR) AS raw_value,
       CASE WHEN period.period_code IS NULL THEN NULL
            ELSE said('open_period', {'period': period.period_code}) END AS expected
FROM movement
SEMI JOIN company ON company.company_code = movement.company
LEFT JOIN accounting_period AS period
       ON period.company_code = movement.company
      AND movement.operation_date BETWEEN period.start_date AND period.end_date
WHERE movement.operation_date IS NOT NULL
  AND (period.period_code IS NULL OR period.period_status = 'closed')

-- name: check_repeated_in_file
-- Grain: one movement whose key an earlier movement of the same file has (D12): with the very same lines, so that a
-- person has to say whether it is another movement, or with other lines. A movement without a number has no key.
-- Inputs: movement, entry_line.
WITH repeated AS (
    SELECT movement_number, first_line, movement_key, min(movement_number) OVER same_key AS earlier_number,
           min(first_line) OVER same_key AS earlier_line
    FROM movement
    WHERE NOT has_rejected_line AND NOT is_unnumbered
    WINDOW same_key AS (PARTITION BY movement_key)
    QUALIFY movement_number > min(movement_number) OVER same_key
), said AS (
    SELECT repeated.movement_number, entry.entry_line_number, entry.account_code, entry.company_amount,
           entry.currency_code,
           entry.currency_amount, entry.open_item_key, entry.settlement_flag
    FROM entry_line AS entry JOIN repeated USING (movement_number)
), said_earlier AS (
    SELECT repeated.movement_number, entry.entry_line_number, entry.account_code, entry.company_amount,
           entry.currency_code,
           entry.currency_amount, entry.open_item_key, entry.settlement_flag
    FROM entry_line AS entry JOIN repeated ON repeated.earlier_number = entry.movement_number
), difference AS (
    (SELECT * FROM said EXCEPT SELECT * FROM said_earlier) UNION (SELECT * FROM said_earlier EXCEPT SELECT * FROM said)
)
SELECT first_line AS line_number, 'entry' AS field,
       CASE WHEN movement_number IN (SELECT movement_number FROM difference)
            THEN 'movement_key_conflict' ELSE 'movement_twice_in_file' END AS finding_code,
       movement_key AS raw_value,
       CASE WHEN movement_number IN (SELECT movement_number FROM difference)
            THEN said('own_key_other_lines', {'line': earlier_line})
            ELSE said('own_key_same_lines', {'line': earlier_line}) END AS expected
FROM repeated

-- name: check_orphan_line
-- Grain: one movement beside or around a line that lost its company or progressive: the line may belong to it, and half
-- a movement is never posted. Lines of a movement stand together, so that the movements of the nearest lines before and
-- after are meant; and where they do not, every movement that goes on behind the line. Inputs: line, movement.
WITH orphan AS (
    SELECT line_number FROM line WHERE company IS NULL OR progressive IS NULL
), known AS (
    SELECT line_number, company, progressive FROM line WHERE company IS NOT NULL AND progressive IS NOT NULL
), beside AS (
    SELECT orphan.line_number AS orphan_line, known.company, known.progressive
    FROM orphan ASOF JOIN known ON orphan.line_number > known.line_number
    UNION ALL
    SELECT orphan.line_number, known.company, known.progressive
    FROM orphan ASOF JOIN known ON orphan.line_number < known.line_number
    UNION ALL
    SELECT orphan.line_number, movement.company, movement.progressive
    FROM orphan JOIN movement
      ON NOT movement.is_contiguous AND orphan.line_number BETWEEN movement.first_line AND movement.last_line
)
SELECT movement.first_line AS line_number, 'progressive' AS field,
       'movement_beside_unreadable_line' AS finding_code, movement.progressive AS raw_value,
       said('whole_movement', {'line': min(beside.orphan_line)}) AS expected
FROM beside
JOIN movement ON movement.company = beside.company AND movement.progressive = beside.progressive
GROUP BY movement.first_line, movement.progressive

-- name: rule_finding
-- Grain: one row that a rule found failing. Filled by prepare.apply_rules; empty at the start of a file.
CREATE OR REPLACE TEMP TABLE rule_finding (
    line_number BIGINT, field VARCHAR, finding_code VARCHAR, raw_value VARCHAR, expected VARCHAR
)

-- name: found_now
-- Grain: one failing row, in the order of lines; at most $room of them. Input: found_now.
SELECT finding_code, line_number, field, raw_value, expected
FROM found_now
ORDER BY line_number, field, finding_code
LIMIT $room

-- name: found_beyond
-- Grain: one finding code: how many failing rows are beyond the first $room. Input: found_now.
SELECT finding_code, count(*) AS finding_count
FROM (SELECT finding_code FROM found_now ORDER BY line_number, field, finding_code OFFSET $room)
GROUP BY finding_code
ORDER BY finding_code

-- name: movement_state
-- Grain: one movement, with whether anything about it is wrong so far. Inputs: movement, rule_finding, line,
-- error_code.
CREATE OR REPLACE TEMP TABLE movement_state AS
SELECT movement.*,
       movement.has_rejected_line OR wrong.movement_number IS NOT NULL AS is_kept_out
FROM movement
LEFT JOIN (
    SELECT DISTINCT movement.movement_number
    FROM rule_finding SEMI JOIN error_code USING (finding_code)
    JOIN line ON line.line_number = rule_finding.line_number
    JOIN movement ON movement.company = line.company AND movement.progressive = line.progressive
) AS wrong USING (movement_number)

-- name: note_found
-- Grain: one failing row, beside those that other rules found; adds to rule_finding. Input: found_now.
INSERT INTO rule_finding SELECT * FROM found_now

-- name: keep_all_out
-- Grain: one movement of a file that cannot be read whole: none of it is posted. Input: none.
UPDATE movement_state SET is_kept_out = true
