-- Movements become entries, postings, settlements and open items.

-- name: posted_movement
-- Grain: one movement that is posted now, with its entry's id. Inputs: movement_state, repeated_movement,
-- asked_movement, ledger.journal_entry; $file_key. Invariant: ids follow the order of the first lines without a gap. A
-- movement that no number tells from others gets a key of its own, by its place in the file, which the name and content
-- of the file tell from others: the same in a ledger that is rebuilt, whatever partition key was drawn for it.
CREATE OR REPLACE TEMP TABLE posted_movement AS
SELECT movement.movement_number, movement.company, movement.progressive, movement.first_line,
       movement.operation_date,
       movement.movement_key
       || CASE WHEN asked.movement_number IS NULL THEN ''
               ELSE '|' || $file_key || ':' || movement.first_line END AS movement_key,
       (SELECT coalesce(max(entry_id), 0) FROM ledger.journal_entry)
       + row_number() OVER (ORDER BY movement.movement_number) AS entry_id
FROM movement_state AS movement
LEFT JOIN asked_movement AS asked USING (movement_number)
ANTI JOIN repeated_movement USING (movement_number)
WHERE NOT movement.is_kept_out AND coalesce(asked.state, 'new') IN ('new', 'another')

-- name: numbered_posting
-- Grain: one generated posting with its number in the entry: they follow the lines of the file, in their order. Inputs:
-- generated_posting, entry_line, posted_movement, movement_state, ledger.open_item.
CREATE OR REPLACE TEMP TABLE numbered_posting AS
SELECT generated.*, posted.entry_id, entry.entry_line_number AS source_line_number,
       CAST(movement.line_count
            + row_number() OVER (PARTITION BY posted.entry_id
                                 ORDER BY generated.line_number, generated.sort_number, generated.account_code,
                                          generated.counter_account_code) AS INTEGER) AS entry_line_number,
       CASE generated.posting_rule
            WHEN 'exchange_difference' THEN 'Exchange difference'
            WHEN 'withholding' THEN 'Withholding'
            WHEN 'deferred_vat' THEN 'Deferred VAT due'
            ELSE 'Unpaid item' END || ' ' || item.open_item_key
       || CASE WHEN generated.by_hand_amount IS NULL THEN ''
               ELSE ', ' || amount_text(generated.by_hand_amount) || ' of it for what was settled by hand' END
       AS description
FROM generated_posting AS generated
JOIN entry_line AS entry ON entry.line_number = generated.line_number
JOIN posted_movement AS posted USING (movement_number)
JOIN movement_state AS movement USING (movement_number)
JOIN ledger.open_item AS item ON item.item_id = generated.item_id

-- name: line_description
-- Grain: one line whose company has a note template (D22 to D25); other lines keep the file's text. Inputs: entry_line,
-- posted_movement, new_settlement, account, accounting_reason, company_setting, currency_digits, ledger.open_item. A
-- template without the file's text holds for linked lines only. Codes are private characters here (see
-- reference.settings.template_tokens); they are removed from the values first, so that no value is taken for a code.
CREATE OR REPLACE TEMP TABLE line_description AS
WITH part AS (
    SELECT entry.line_number, setting.note_tokens AS tokens,
           entry.accounting_reason_code AS reason_code,
           without_codes(coalesce(own.accounting_reason_name, common.accounting_reason_name)) AS reason_name,
           without_codes(item.document_number) AS document_number,
           coalesce(strftime(item.document_date, '%d/%m/%Y'), '') AS document_date,
           entry.account_code, without_codes(account.account_name) AS account_name,
           without_codes(account.account_second_name) AS account_second_name,
           without_codes(item.description) AS item_description,
           CASE coalesce(digits.digits, 2)
                WHEN 0 THEN CAST(CAST(abs(entry.currency_amount) AS DECIMAL(18,0)) AS VARCHAR)
                WHEN 2 THEN CAST(CAST(abs(entry.currency_amount) AS DECIMAL(18,2)) AS VARCHAR)
                WHEN 3 THEN CAST(CAST(abs(entry.currency_amount) AS DECIMAL(18,3)) AS VARCHAR)
                ELSE CAST(abs(entry.currency_amount) AS VARCHAR) END AS amount,
           without_codes(entry.file_text) AS file_text
    FROM entry_line AS entry
    SEMI JOIN posted_movement USING (movement_number)
    JOIN company_setting AS setting ON setting.company_code = entry.company_code AND setting.note_tokens IS NOT NULL
    LEFT JOIN new_settlement AS settlement ON settlement.line_number = entry.line_number
    LEFT JOIN ledger.open_item AS item ON item.item_id = settlement.item_id
    LEFT JOIN account ON account.company_code = entry.company_code AND account.account_code = entry.account_code
    LEFT JOIN accounting_reason AS own
           ON own.company_code = entry.company_code AND own.accounting_reason_code = entry.accounting_reason_code
    LEFT JOIN accounting_reason AS common
           ON common.company_code IS NULL AND common.accounting_reason_code = entry.accounting_reason_code
    LEFT JOIN currency_digits AS digits ON digits.currency_code = entry.currency_code
    WHERE setting.has_file_text OR settlement.line_number IS NOT NULL
)
SELECT line_number,
       nullif(trim(regexp_replace(
           replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(
               tokens,
               chr(57345), reason_code), chr(57346), reason_name), chr(57347), document_number),
               chr(57348), document_date), chr(57349), account_code), chr(57350), account_name),
               chr(57351), ''),
               chr(57352), concat_ws('-', nullif(document_number, ''), nullif(document_date, ''))),
               chr(57353), item_description), chr(57354), amount), chr(57355), account_second_name),
               chr(57356), file_text),
           ' {2,}', ' ', 'g')), '') AS description
FROM part

-- name: entry_to_post
-- Grain: one journal entry per posted movement; its accounting reason is that of the first line. Inputs:
-- posted_movement, entry_line; $import_id, $attempt, $now.
SELECT posted.entry_id, $import_id AS import_id, $attempt AS attempt, 'trace' AS entry_kind,
       posted.company AS company_code,
       posted.operation_date AS posting_date, entry.accounting_reason_code, posted.progressive, posted.movement_key,
       posted.first_line AS source_line, $now AS created_at
FROM posted_movement AS posted
JOIN entry_line AS entry ON entry.line_number = posted.first_line

-- name: movement_to_take
-- Grain: one movement key per posted movement. Input: posted_movement; $import_id.
SELECT movement_key, entry_id, $import_id AS import_id FROM posted_movement

-- name: insert_unnumbered_movement
-- Grain: one entry of a movement without a number that is posted now. Inputs: posted_movement, asked_movement.
INSERT INTO ledger.unnumbered_movement BY NAME
SELECT posted.entry_id, asked.equality_hash
FROM posted_movement AS posted
JOIN asked_movement AS asked USING (movement_number)
WHERE asked.equality_hash IS NOT NULL

-- name: line_to_post
-- Grain: one posting per line of a posted movement. Inputs: entry_line, posted_movement, new_settlement, unlinked_line,
-- line_description; $import_id.
SELECT posted.entry_id, entry.entry_line_number AS line_number, $import_id AS import_id,
       entry.line_number AS source_line,
       entry.byte_start, entry.byte_end, entry.company_code, entry.account_code, posted.operation_date AS posting_date,
       entry.accounting_reason_code, entry.company_currency_code, greatest(entry.company_amount, 0) AS debit_amount,
       greatest(-entry.company_amount, 0) AS credit_amount, entry.currency_code, entry.currency_amount,
       coalesce(text.description, entry.file_text) AS description, entry.open_item_key, entry.settlement_flag,
       settlement.line_number IS NOT NULL AS is_linked, coalesce(settlement.applied_company_amount, 0) AS linked_amount,
       unlinked.unlinked_reason
FROM entry_line AS entry
JOIN posted_movement AS posted USING (movement_number)
LEFT JOIN new_settlement AS settlement ON settlement.line_number = entry.line_number
LEFT JOIN unlinked_line AS unlinked ON unlinked.line_number = entry.line_number
LEFT JOIN line_description AS text ON text.line_number = entry.line_number

-- name: generated_line_to_post
-- Grain: one posting that a special case adds to an entry, after the lines of the file; it has the source of the line
-- that caused it. Inputs: numbered_posting, entry_line, posted_movement; $import_id.
SELECT generated.entry_id, generated.entry_line_number AS line_number, $import_id AS import_id,
       entry.line_number AS source_line,
       entry.byte_start, entry.byte_end, entry.company_code, generated.account_code,
       posted.operation_date AS posting_date,
       entry.accounting_reason_code, entry.company_currency_code, greatest(generated.company_amount, 0) AS debit_amount,
       greatest(-generated.company_amount, 0) AS credit_amount, generated.currency_code, generated.currency_amount,
       generated.description, generated.open_item_key, NULL AS settlement_flag,
       generated.settled_amount IS NOT NULL AS is_linked,
       CASE WHEN generated.settled_amount IS NULL THEN 0 ELSE abs(generated.company_amount) END AS linked_amount,
       NULL AS unlinked_reason
FROM numbered_posting AS generated
JOIN entry_line AS entry ON entry.line_number = generated.line_number
JOIN posted_movement AS posted ON posted.movement_number = entry.movement_number

-- name: settlement_to_make
-- Grain: one settlement per payment line that settles something. Inputs: ledger.settlement, new_settlement, one row a
-- line; $import_id, $now. Ids follow the lines; lines that settle nothing leave gaps, since numbering a million rows
-- without gaps would cost a sort.
SELECT (SELECT coalesce(max(settlement_id), 0) FROM ledger.settlement) + line_number AS settlement_id,
       item_id, entry_id, entry_line_number AS line_number, $import_id AS import_id, operation_date AS settlement_date,
       settlement_flag,
       applied_amount AS amount, settled_company_amount AS amount_company_currency,
       'company and open_item_key' AS matching_rule,
       $now AS created_at
FROM new_settlement

-- name: generated_settlement_to_make
-- Grain: one settlement by a posting that a special case adds. Inputs: numbered_posting, entry_line, posted_movement,
-- ledger.settlement; $import_id, $now.
SELECT (SELECT coalesce(max(settlement_id), 0) FROM ledger.settlement)
       + row_number() OVER (ORDER BY generated.entry_id, generated.entry_line_number) AS settlement_id,
       generated.item_id, generated.entry_id, generated.entry_line_number AS line_number, $import_id AS import_id,
       posted.operation_date AS settlement_date, entry.settlement_flag, generated.settled_amount AS amount,
       abs(generated.company_amount) AS amount_company_currency, generated.posting_rule AS matching_rule,
       $now AS created_at
FROM numbered_posting AS generated
JOIN entry_line AS entry ON entry.line_number = generated.line_number
JOIN posted_movement AS posted ON posted.movement_number = entry.movement_number
WHERE generated.settled_amount IS NOT NULL

-- name: insert_payment_document
-- Grain: one payment line that is not linked as a whole, with the document and the due date that it names, if it names
-- either. Inputs: unlinked_line, line, entry_line, posted_movement.
INSERT INTO ledger.payment_document BY NAME
SELECT posted.entry_id, entry.entry_line_number AS line_number, line.document_number, line.due_date
FROM unlinked_line AS unlinked
JOIN line USING (line_number)
JOIN entry_line AS entry USING (line_number)
JOIN posted_movement AS posted ON posted.movement_number = entry.movement_number
WHERE line.document_number IS NOT NULL OR line.due_date IS NOT NULL

-- name: item_to_open
-- Grain: one open item that a line of a trace with this rule opens. Input: opened_item; $posting_rule.
SELECT item_id, company_code, account_code, open_item_key, side, document_number, document_date, due_date,
       currency_code, original_amount,
       original_company_amount AS original_amount_company_currency, description, origin, entry_id AS opened_by_entry_id,
       CAST(NULL AS VARCHAR) AS hold_reason
FROM opened_item
WHERE posting_rule = $posting_rule

-- name: insert_reopened_item
-- Grain: one item that is open again under a key of its own. Input: opened_item.
INSERT INTO ledger.reopened_item
SELECT item_id, reopens_item_id FROM opened_item WHERE reopens_item_id IS NOT NULL

-- name: finding_to_note
-- Grain: one finding of this attempt. Inputs: found (finding_frames.FINDING_SCHEMA plus ordinal), line, movement;
-- $import_id, $attempt, $now.
SELECT $import_id AS import_id, $attempt AS attempt, found.ordinal, found.source_file, found.line_number,
       found.byte_start,
       found.byte_end, found.field, found.finding_code, found.severity, found.raw_value, found.expected,
       coalesce(found.company_code, line.company) AS company_code,
       coalesce(found.progressive, line.progressive) AS progressive,
       movement.movement_reference, $now AS found_at
FROM found
LEFT JOIN line ON line.line_number = found.line_number
LEFT JOIN movement ON movement.company = line.company AND movement.progressive = line.progressive

-- name: movement_totals
-- Grain: one row: what the file holds. Inputs: line, movement, repeated_movement, asked_movement.
SELECT (SELECT count(*) FROM line) AS line_count,
       (SELECT count(*) FROM movement) AS movement_count,
       (SELECT count(*) FROM repeated_movement WHERE NOT is_own AND is_same)
       + (SELECT count(*) FROM asked_movement WHERE state IN ('same', 'repeated')) AS repeated_count

-- name: count_note_templates
-- Grain: one row: how many companies have a template for what stands with a posting. Input: company_setting.
SELECT count(*) FROM company_setting WHERE note_tokens IS NOT NULL

-- name: no_line_description
-- Grain: one line with what stands with its posting: none, where no company has a template.
CREATE OR REPLACE TEMP TABLE line_description (line_number BIGINT, description VARCHAR)

-- name: count_open_of_code
-- Grain: one row: how many findings of a code are open. Input: ledger.finding; $finding_code.
SELECT count(*) FROM ledger.finding WHERE resolution IS NULL AND finding_code = $finding_code

-- name: rule_use_to_note
-- Grain: one posting that a rule made, or about which it decided. Inputs: numbered_posting, rule_line, opened_item,
-- posted_movement, entry_line. A line that opens an item is about that item.
SELECT entry_id, entry_line_number AS line_number, posting_rule, true AS is_generated, source_line_number, item_id,
       account_code, counter_account_code, company_amount AS amount
FROM numbered_posting
UNION ALL
SELECT posted.entry_id, entry.entry_line_number, rule.posting_rule, false, entry.entry_line_number,
       coalesce(opened.item_id, rule.item_id),
       entry.account_code, NULL, entry.company_amount
FROM rule_line AS rule
JOIN entry_line AS entry USING (line_number)
JOIN posted_movement AS posted ON posted.movement_number = entry.movement_number
LEFT JOIN opened_item AS opened ON opened.line_number = rule.line_number
