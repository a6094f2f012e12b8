-- Corrections, and the entries, links and settlements that they make and undo.

-- name: insert_correction
-- Grain: one correction that a person asked for. Inputs: the parameters.
INSERT INTO ledger.correction
VALUES ($correction_id, $correction_kind, $subject, $arguments, $requested_by, $reason, $run_id, $now, $import_id,
        $undoes_correction_id, NULL)

-- name: insert_effect
-- Grain: one thing that a correction did. Inputs: the parameters.
INSERT INTO ledger.correction_effect VALUES ($correction_id, $effect_kind, $object_id, $other_id)

-- name: entry_to_post
-- Grain: one journal entry that a person asked for; no file brought it. Inputs: the parameters.
SELECT $entry_id AS entry_id, NULL AS import_id, NULL AS attempt, 'manual' AS entry_kind, $company_code AS company_code,
       $posting_date AS posting_date, $accounting_reason_code AS accounting_reason_code, NULL AS progressive,
       NULL AS movement_key,
       NULL AS source_line, $now AS created_at

-- name: line_to_post
-- Grain: one posting of an entry by hand. Inputs: the parameters. What names an open item settles it as a whole.
SELECT $entry_id AS entry_id, $line_number AS line_number, NULL AS import_id, NULL AS source_line, NULL AS byte_start,
       NULL AS byte_end,
       $company_code AS company_code, $account_code AS account_code, $posting_date AS posting_date,
       $accounting_reason_code AS accounting_reason_code, $company_currency_code AS company_currency_code,
       $debit_amount AS debit_amount,
       $credit_amount AS credit_amount, $currency_code AS currency_code, $currency_amount AS currency_amount,
       $description AS description, $open_item_key AS open_item_key, NULL AS settlement_flag,
       $open_item_key IS NOT NULL AS is_linked,
       CASE WHEN $open_item_key IS NULL THEN 0 ELSE $debit_amount + $credit_amount END AS linked_amount,
       NULL AS unlinked_reason

-- name: settlement_by_hand
-- Grain: one settlement by hand of one open item. Inputs: ledger.settlement; the parameters.
SELECT coalesce(max(settlement_id), 0) + 1 AS settlement_id, $item_id AS item_id, $entry_id AS entry_id,
       $line_number AS line_number,
       NULL AS import_id, $posting_date AS settlement_date, NULL AS settlement_flag, $amount AS amount,
       $company_amount AS amount_company_currency, $matching_rule AS matching_rule, $now AS created_at
FROM ledger.settlement

-- name: posting_to_link
-- Grain: one posting of which so much more is linked (less where negative). A payment of which something is left keeps
-- the reason why it is unlinked. Inputs: ledger.posting; $entry_id, $line_number, $company_amount in the company's
-- currency.
SELECT entry_id, line_number, CAST(linked_amount + $company_amount AS DECIMAL(18,4)) AS linked_amount,
       CASE WHEN linked_amount + $company_amount = debit_amount + credit_amount THEN NULL
            ELSE coalesce(unlinked_reason, 'payment_exceeds_residual') END AS unlinked_reason
FROM ledger.posting
WHERE entry_id = $entry_id AND line_number = $line_number

-- name: reversal
-- Grain: one entry to be reversed, with the number of its reversal. Inputs: target (entries), ledger.journal_entry.
-- Invariant: numbers follow the order of the entries without a gap.
CREATE OR REPLACE TEMP TABLE reversal AS
SELECT target.id AS entry_id,
       (SELECT coalesce(max(entry_id), 0) FROM ledger.journal_entry)
           + row_number() OVER (ORDER BY target.id) AS reversal_entry_id
FROM target

-- name: revived_entry
-- Grain: one entry that is to count again, since its reversal is reversed now. Inputs: reversal, ledger.journal_entry.
CREATE OR REPLACE TEMP TABLE revived_entry AS
SELECT undone.reverses_entry_id AS entry_id
FROM reversal
JOIN ledger.journal_entry AS undone ON undone.entry_id = reversal.entry_id
WHERE undone.entry_kind = 'reversal'

-- name: entry_to_reverse
-- Grain: one entry to be reversed, with the number of its reversal. Input: reversal; $posting_date (null = the date of
-- the reversed entry).
SELECT entry_id, reversal_entry_id, CAST($posting_date AS DATE) AS posting_date FROM reversal

-- name: note_reversals
-- Grain: two effects per reversed entry. Input: reversal; $correction_id.
INSERT INTO ledger.correction_effect
SELECT $correction_id, 'entry_reversed', entry_id, reversal_entry_id FROM reversal
UNION ALL
SELECT $correction_id, 'entry_made', reversal_entry_id, NULL FROM reversal

-- name: undone_settlement
-- Grain: one settlement that is undone now. Inputs: target (settlements), ledger.settlement, ledger.settlement_link,
-- ledger.reversed_entry.
CREATE OR REPLACE TEMP TABLE undone_settlement AS
SELECT settlement.settlement_id, settlement.item_id, settlement.entry_id, settlement.line_number, settlement.amount,
       settlement.amount_company_currency AS company_amount, link.linked_amount, reversed.reversal_entry_id
FROM ledger.settlement AS settlement
JOIN ledger.settlement_link AS link USING (settlement_id)
JOIN target ON target.id = settlement.settlement_id
LEFT JOIN ledger.reversed_entry AS reversed ON reversed.entry_id = settlement.entry_id
WHERE settlement.undone_at IS NULL

-- name: settlement_to_undo
-- Grain: one settlement that is undone. Input: undone_settlement.
SELECT settlement_id, item_id, amount, company_amount AS amount_company_currency,
       reversal_entry_id AS undone_by_entry_id
FROM undone_settlement

-- name: posting_to_unlink
-- Grain: one posting that settles so much less. It becomes an unlinked payment unless its entry is reversed. Inputs:
-- undone_settlement, added up per posting; ledger.posting.
SELECT posting.entry_id, posting.line_number,
       CAST(posting.linked_amount - undone.linked_amount AS DECIMAL(18,4)) AS linked_amount,
       CASE WHEN undone.is_reversed THEN posting.unlinked_reason
            ELSE coalesce(posting.unlinked_reason, 'settlement_undone') END AS unlinked_reason
FROM (
    SELECT entry_id, line_number, sum(linked_amount) AS linked_amount,
           bool_or(reversal_entry_id IS NOT NULL) AS is_reversed
    FROM undone_settlement GROUP BY entry_id, line_number
) AS undone
JOIN ledger.posting AS posting USING (entry_id, line_number)

-- name: note_undone_settlements
-- Grain: one effect per settlement that was undone. Input: undone_settlement; $correction_id.
INSERT INTO ledger.correction_effect
SELECT $correction_id, 'settlement_undone', settlement_id, reversal_entry_id FROM undone_settlement

-- name: settlement_again
-- Grain: one settlement that was undone and is made again now, with its new number. Inputs: target (settlements),
-- ledger.settlement, ledger.settlement_link.
CREATE OR REPLACE TEMP TABLE settlement_again AS
SELECT settlement.*, link.linked_amount, (SELECT max(settlement_id) FROM ledger.settlement)
    + row_number() OVER (ORDER BY settlement.settlement_id) AS new_settlement_id
FROM ledger.settlement AS settlement
JOIN ledger.settlement_link AS link USING (settlement_id)
JOIN target ON target.id = settlement.settlement_id
WHERE settlement.undone_at IS NOT NULL

-- name: taken_item
-- Grain: one item that has less left than is to be settled again. Inputs: settlement_again, ledger.open_item. Order:
-- name.
SELECT item.company_code || ':' || item.open_item_key AS name
FROM (SELECT item_id, sum(amount) AS amount FROM settlement_again GROUP BY item_id) AS again
JOIN ledger.open_item AS item USING (item_id)
WHERE item.status = 'withdrawn' OR item.original_amount - item.settled_amount < again.amount
ORDER BY name

-- name: taken_payment
-- Grain: one payment of which less is unlinked than is to be linked again, or whose entry counts no longer. Inputs:
-- settlement_again, ledger.posting, ledger.reversed_entry. Order: entry and line.
SELECT again.entry_id || '/' || again.line_number AS name
FROM (SELECT entry_id, line_number, sum(linked_amount) AS amount FROM settlement_again GROUP BY entry_id, line_number)
  AS again
JOIN ledger.posting AS posting ON posting.entry_id = again.entry_id AND posting.line_number = again.line_number
LEFT JOIN ledger.reversed_entry AS reversed ON reversed.entry_id = again.entry_id
WHERE reversed.entry_id IS NOT NULL OR posting.debit_amount + posting.credit_amount
  - posting.linked_amount < again.amount
ORDER BY again.entry_id, again.line_number

-- name: settlement_to_make_again
-- Grain: one settlement that is made again. Inputs: settlement_again; $now.
SELECT new_settlement_id AS settlement_id, item_id, entry_id, line_number, import_id, settlement_date, settlement_flag,
       amount,
       amount_company_currency, matching_rule, $now AS created_at
FROM settlement_again

-- name: posting_to_link_again
-- Grain: one posting that is linked again. What is left of it is more than its item had. Inputs: settlement_again,
-- added up per posting; ledger.posting.
SELECT posting.entry_id, posting.line_number,
       CAST(posting.linked_amount + again.linked_amount AS DECIMAL(18,4)) AS linked_amount,
       CASE WHEN posting.linked_amount + again.linked_amount = posting.debit_amount + posting.credit_amount THEN NULL
            WHEN posting.unlinked_reason = 'settlement_undone' THEN 'payment_exceeds_residual'
            ELSE posting.unlinked_reason END AS unlinked_reason
FROM (SELECT entry_id, line_number, sum(linked_amount) AS linked_amount FROM settlement_again GROUP BY entry_id,
             line_number) AS again
JOIN ledger.posting AS posting USING (entry_id, line_number)

-- name: note_settlements_again
-- Grain: one effect per settlement that was made again. Input: settlement_again; $correction_id.
INSERT INTO ledger.correction_effect
SELECT $correction_id, 'settlement_made', new_settlement_id, settlement_id FROM settlement_again

-- name: withdrawn_target
-- Grain: one item that was to be withdrawn and is withdrawn already. Inputs: target (items), ledger.open_item. Order:
-- name.
SELECT item.company_code || ':' || item.open_item_key AS name
FROM ledger.open_item AS item
JOIN target ON target.id = item.item_id
WHERE item.status = 'withdrawn'
ORDER BY name

-- name: target_item
-- Grain: one open item that a correction is about. Input: target (items).
SELECT id AS item_id FROM target

-- name: payment_to_unlink
-- Grain: one payment that is unlinked again, since the item that was made of it is withdrawn. Inputs: target (items),
-- ledger.payment_item, ledger.reversed_entry, ledger.posting.
SELECT posting.entry_id, posting.line_number,
       CAST(posting.linked_amount - made.company_amount AS DECIMAL(18,4)) AS linked_amount,
       CASE WHEN made.is_reversed THEN posting.unlinked_reason
            ELSE coalesce(posting.unlinked_reason, 'settlement_undone') END AS unlinked_reason
FROM (
    SELECT item.entry_id, item.line_number, sum(item.company_amount) AS company_amount,
           bool_or(reversed.entry_id IS NOT NULL) AS is_reversed
    FROM ledger.payment_item AS item
    JOIN target ON target.id = item.item_id
    LEFT JOIN ledger.reversed_entry AS reversed ON reversed.entry_id = item.entry_id
    GROUP BY item.entry_id, item.line_number
) AS made
JOIN ledger.posting AS posting USING (entry_id, line_number)

-- name: note_items
-- Grain: one effect per item, with the entry that opened it. Inputs: target (items), ledger.open_item; $correction_id,
-- $effect_kind.
INSERT INTO ledger.correction_effect
SELECT $correction_id, $effect_kind, item.item_id, item.opened_by_entry_id
FROM ledger.open_item AS item
JOIN target ON target.id = item.item_id

-- name: settled_target
-- Grain: one settlement that stands, of the target items, with the newest correction that made it and stands itself, or
-- the import that brought it. Inputs: target (items), ledger.settlement, ledger.open_item, ledger.correction_effect,
-- ledger.correction, ledger.file_import. Order: settlement_id.
WITH made AS (
    SELECT effect.object_id AS settlement_id, max(effect.correction_id) AS correction_id
    FROM ledger.correction_effect AS effect
    JOIN ledger.correction USING (correction_id)
    WHERE effect.effect_kind = 'settlement_made' AND correction.undone_by_correction_id IS NULL
    GROUP BY effect.object_id
)
SELECT item.company_code || ':' || item.open_item_key AS name, settlement.entry_id, settlement.line_number,
       settlement.settlement_date,
       CASE WHEN settlement.import_id IS NULL THEN made.correction_id END AS correction_id, import.import_id,
       import.source_file
FROM ledger.settlement AS settlement
JOIN target ON target.id = settlement.item_id
JOIN ledger.open_item AS item USING (item_id)
LEFT JOIN made USING (settlement_id)
LEFT JOIN ledger.file_import AS import ON import.import_id = settlement.import_id
WHERE settlement.undone_at IS NULL
ORDER BY settlement.settlement_id

-- name: standing_target
-- Grain: one item that was to be opened again and is not withdrawn. Inputs: target (items), ledger.open_item. Order:
-- name.
SELECT item.company_code || ':' || item.open_item_key AS name
FROM ledger.open_item AS item
JOIN target ON target.id = item.item_id
WHERE item.status <> 'withdrawn'
ORDER BY name

-- name: taken_payment_item
-- Grain: one payment of which less is unlinked than became an item that is to be opened again, or whose entry counts no
-- longer. Inputs: target (items), ledger.payment_item, ledger.posting, ledger.reversed_entry. Order: entry and line.
SELECT item.entry_id || '/' || item.line_number AS name
FROM ledger.payment_item AS item
JOIN target ON target.id = item.item_id
JOIN ledger.posting AS posting ON posting.entry_id = item.entry_id AND posting.line_number = item.line_number
LEFT JOIN ledger.reversed_entry AS reversed ON reversed.entry_id = item.entry_id
WHERE reversed.entry_id IS NOT NULL OR posting.debit_amount + posting.credit_amount
  - posting.linked_amount < item.company_amount
ORDER BY item.entry_id, item.line_number

-- name: payment_to_link
-- Grain: one payment that is an open item again. Inputs: target (items), ledger.payment_item, ledger.posting.
SELECT posting.entry_id, posting.line_number,
       CAST(posting.linked_amount + made.company_amount AS DECIMAL(18,4)) AS linked_amount,
       CASE WHEN posting.linked_amount + made.company_amount = posting.debit_amount + posting.credit_amount THEN NULL
            ELSE posting.unlinked_reason END AS unlinked_reason
FROM (
    SELECT item.entry_id, item.line_number, sum(item.company_amount) AS company_amount
    FROM ledger.payment_item AS item
    JOIN target ON target.id = item.item_id
    GROUP BY item.entry_id, item.line_number
) AS made
JOIN ledger.posting AS posting USING (entry_id, line_number)

-- name: payment_item_to_open
-- Grain: one open item made of an unlinked payment, on the payment's account and side. Inputs: ledger.posting;
-- $item_id, $open_item_key, $entry_id, $line_number, $amount (in the payment's currency), $company_amount.
SELECT $item_id AS item_id, company_code, account_code, $open_item_key AS open_item_key,
       CASE WHEN debit_amount > 0 THEN 'debit' ELSE 'credit' END AS side, CAST(NULL AS VARCHAR) AS document_number,
       posting_date AS document_date, posting_date AS due_date, currency_code, $amount AS original_amount,
       $company_amount AS original_amount_company_currency, description, 'payment' AS origin,
       entry_id AS opened_by_entry_id,
       CAST(NULL AS VARCHAR) AS hold_reason
FROM ledger.posting
WHERE entry_id = $entry_id AND line_number = $line_number

-- name: note_payment_item
-- Grain: one payment that stands as an open item. Inputs: the parameters.
INSERT INTO ledger.payment_item VALUES ($item_id, $entry_id, $line_number, $company_amount)

-- name: insert_payment_in_stead
-- Grain: one entry by hand that stands in the stead of a deleted payment. Inputs: the parameters.
INSERT INTO ledger.payment_in_stead BY NAME
SELECT $entry_id AS entry_id, $replaces_entry_id AS replaces_entry_id, $replaces_line_number AS replaces_line_number,
       $company_amount AS company_amount

-- name: key_in_use
-- Grain: the open item that has this key, in whatever life. Input: ledger.open_item; $company_code, $open_item_key.
SELECT item_id FROM ledger.open_item WHERE company_code = $company_code AND open_item_key = $open_item_key

-- name: taken_share
-- Grain: one entry that took, since an entry was reversed that is to count again, a share of the same withholding or
-- deferred VAT. Inputs: reversal (the reversals that are reversed now), ledger.journal_entry, ledger.posting_rule_use,
-- ledger.open_item, ledger.reversed_entry. Instalments of one invoice share its VAT. Order: entry.
WITH revived AS (
    SELECT entry.reverses_entry_id AS entry_id, reversal.entry_id AS reversed_by
    FROM reversal
    JOIN ledger.journal_entry AS entry ON entry.entry_id = reversal.entry_id
    WHERE entry.entry_kind = 'reversal'
), share AS (
    SELECT made.entry_id, made.posting_rule, coalesce(item.opened_by_entry_id, -item.item_id) AS group_id
    FROM ledger.posting_rule_use AS made
    JOIN ledger.open_item AS item USING (item_id)
    WHERE made.is_generated AND made.posting_rule IN ('withholding', 'deferred_vat')
)
SELECT DISTINCT 'entry ' || other.entry_id AS name
FROM revived
JOIN share AS mine ON mine.entry_id = revived.entry_id
JOIN share AS other ON other.posting_rule = mine.posting_rule AND other.group_id = mine.group_id
  AND other.entry_id > revived.reversed_by
ANTI JOIN ledger.reversed_entry AS reversed ON reversed.entry_id = other.entry_id
ORDER BY name

-- name: touched_import
-- Grain: one import of which a correction changed a posting. Inputs: ledger.file_import, ledger.open_item,
-- ledger.correction_effect, ledger.settlement, ledger.journal_entry; $correction_id.
CREATE OR REPLACE TEMP TABLE touched_import AS
WITH effect AS (
    SELECT effect_kind, object_id FROM ledger.correction_effect WHERE correction_id = $correction_id
), entry AS (
    SELECT reversal.reverses_entry_id AS entry_id
    FROM effect JOIN ledger.journal_entry AS reversal ON reversal.entry_id = effect.object_id
    WHERE effect.effect_kind = 'entry_reversed' AND reversal.reverses_entry_id IS NOT NULL
    UNION
    SELECT object_id AS entry_id FROM effect WHERE effect_kind = 'entry_reversed'
    UNION
    SELECT settlement.entry_id
    FROM effect JOIN ledger.settlement ON settlement.settlement_id = effect.object_id
    WHERE effect.effect_kind IN ('settlement_made', 'settlement_undone')
    UNION
    SELECT item.opened_by_entry_id
    FROM effect JOIN ledger.open_item AS item ON item.item_id = effect.object_id
    WHERE effect.effect_kind IN ('item_opened', 'item_withdrawn')
)
SELECT DISTINCT journal.import_id
FROM entry
JOIN ledger.journal_entry AS journal USING (entry_id)
JOIN ledger.file_import AS import ON import.import_id = journal.import_id AND import.source_kind = 'trace'

-- name: import_to_recount
-- Grain: one import that a correction touched, with its linked and unlinked postings. Inputs: touched_import,
-- ledger.posting, ledger.reversed_entry.
SELECT posting.import_id, count(*) FILTER (posting.is_linked) AS linked_posting_count,
       count(*) FILTER (posting.unlinked_reason IS NOT NULL AND reversed.entry_id IS NULL) AS unlinked_posting_count
FROM ledger.posting AS posting
JOIN touched_import USING (import_id)
LEFT JOIN ledger.reversed_entry AS reversed ON reversed.entry_id = posting.entry_id
GROUP BY posting.import_id

-- name: target
-- Grain: one thing that a step of a correction is about, by its number. Input: target_ids.
CREATE OR REPLACE TEMP TABLE target AS SELECT id FROM target_ids

-- name: withholding_to_note
-- Grain: one posting by which an entry by hand withholds: on the item's account, and on the one where it is owed.
-- Inputs: ledger.posting; $entry_id, $item_id, $item_line_number, $owed_line_number. The line that caused it is the
-- first of the entry.
SELECT posting.entry_id, posting.line_number, 'withholding' AS posting_rule, true AS is_generated,
       1 AS source_line_number,
       CAST($item_id AS BIGINT) AS item_id, posting.account_code, counter.account_code AS counter_account_code,
       posting.debit_amount - posting.credit_amount AS amount
FROM ledger.posting AS posting
JOIN ledger.posting AS counter
  ON counter.entry_id = posting.entry_id
 AND counter.line_number = CASE WHEN posting.line_number = $item_line_number THEN $owed_line_number
                                ELSE $item_line_number END
WHERE posting.entry_id = $entry_id AND posting.line_number IN ($item_line_number, $owed_line_number)
