-- Entries, postings, open items and settlements are written.

-- name: write_entries
-- Grain: one journal entry. Input: given. What it reverses is written by a reversal (write_reversals).
INSERT INTO ledger.journal_entry BY NAME
SELECT entry_id, import_id, attempt, entry_kind, company_code, posting_date, accounting_reason_code, progressive,
       movement_key,
       source_line, created_at
FROM given

-- name: write_postings
-- Grain: one debit or credit. Input: given.
INSERT INTO ledger.posting BY NAME
SELECT entry_id, line_number, import_id, source_line, byte_start, byte_end, company_code, account_code, posting_date,
       accounting_reason_code, company_currency_code, debit_amount, credit_amount, currency_code, currency_amount,
       description,
       open_item_key, settlement_flag, is_linked, linked_amount, unlinked_reason
FROM given

-- name: write_movements
-- Grain: one movement that stands in the ledger. Input: given. Invariant: the primary key refuses a key a second time.
INSERT INTO ledger.imported_movement BY NAME
SELECT movement_key, entry_id, import_id FROM given

-- name: write_rule_uses
-- Grain: one posting that a rule made, or about which it decided. Input: given.
INSERT INTO ledger.posting_rule_use BY NAME
SELECT entry_id, line_number, posting_rule, is_generated, source_line_number, item_id, account_code,
       counter_account_code, amount
FROM given

-- name: free_movements
-- Grain: one movement that stands no longer. Input: given (entries).
DELETE FROM ledger.imported_movement WHERE entry_id IN (SELECT entry_id FROM given)

-- name: write_items
-- Grain: one open item that is opened. Inputs: given, ledger.open_item; $now. A key has one row for ever: an item that
-- was withdrawn is opened again, that of another source not by an invoice; one that stands is a mistake.
MERGE INTO ledger.open_item AS item
USING (SELECT * FROM given) AS news
ON item.item_id = news.item_id
WHEN MATCHED AND item.status = 'withdrawn' AND item.settled_amount = 0
    AND (news.origin <> 'invoice' OR item.origin = 'invoice') THEN UPDATE
    SET account_code = news.account_code, side = news.side, document_number = news.document_number,
        document_date = news.document_date, due_date = news.due_date, currency_code = news.currency_code,
        original_amount = news.original_amount,
        original_amount_company_currency = news.original_amount_company_currency,
        status = 'open', description = news.description, origin = news.origin,
        opened_by_entry_id = news.opened_by_entry_id,
        opened_at = $now, hold_reason = news.hold_reason
WHEN MATCHED THEN ERROR 'an item of this key is open already'
WHEN NOT MATCHED THEN INSERT
    (item_id, company_code, account_code, open_item_key, side, document_number, document_date, due_date, currency_code,
     original_amount,
     original_amount_company_currency, settled_amount, settled_amount_company_currency, status, description, origin,
     opened_by_entry_id,
     opened_at, hold_reason)
    VALUES (news.item_id, news.company_code, news.account_code, news.open_item_key, news.side, news.document_number,
            news.document_date,
            news.due_date, news.currency_code, news.original_amount, news.original_amount_company_currency, 0, 0,
            'open',
            news.description, news.origin, news.opened_by_entry_id, $now, news.hold_reason)

-- name: change_items
-- Grain: one open item that is what it is said to be now. Input: given, one row an item.
UPDATE ledger.open_item AS item
SET account_code = given.account_code, side = given.side, document_number = given.document_number,
    document_date = given.document_date,
    due_date = given.due_date, currency_code = given.currency_code, original_amount = given.original_amount,
    original_amount_company_currency = given.original_amount_company_currency, description = given.description,
    status = given.status,
    opened_by_entry_id = given.opened_by_entry_id, opened_at = given.opened_at, hold_reason = given.hold_reason
FROM given
WHERE item.item_id = given.item_id

-- name: withdraw_items
-- Grain: one open item that is withdrawn. Its row stays, so that its key is never given to another. Input: given
-- (items).
UPDATE ledger.open_item SET status = 'withdrawn' WHERE item_id IN (SELECT item_id FROM given)

-- name: reopen_items
-- Grain: one withdrawn item that is open again, as it stood. Input: given (items); $now.
UPDATE ledger.open_item SET status = 'open', opened_at = $now WHERE item_id IN (SELECT item_id FROM given)

-- name: hold_items
-- Grain: one open item that is held for a reason, or no more. Input: given, one row an item.
UPDATE ledger.open_item AS item SET hold_reason = given.hold_reason FROM given WHERE item.item_id = given.item_id

-- name: write_lives
-- Grain: one life of an open item that ends now. Inputs: given (items), ledger.open_item; $now.
INSERT INTO ledger.item_life BY NAME
SELECT item_id, opened_at, $now AS withdrawn_at, opened_by_entry_id, account_code, side, document_number,
       document_date, due_date,
       currency_code, original_amount, original_amount_company_currency, hold_reason
FROM ledger.open_item
WHERE item_id IN (SELECT item_id FROM given)

-- name: settle_items
-- Grain: one open item of which so much is settled more. Input: given, added up per item, so that one row matches one
-- item.
UPDATE ledger.open_item AS item
SET settled_amount = item.settled_amount + paid.amount,
    settled_amount_company_currency = item.settled_amount_company_currency + paid.company_amount,
    status = CASE WHEN item.settled_amount + paid.amount = item.original_amount THEN 'closed' ELSE item.status END
FROM (
    SELECT item_id, CAST(sum(amount) AS DECIMAL(18,4)) AS amount,
           CAST(sum(amount_company_currency) AS DECIMAL(18,4)) AS company_amount
    FROM given GROUP BY item_id
) AS paid
WHERE item.item_id = paid.item_id

-- name: write_settlements
-- Grain: one posting against one open item. Input: given.
INSERT INTO ledger.settlement BY NAME
SELECT settlement_id, item_id, entry_id, line_number, import_id, settlement_date, settlement_flag, amount,
       amount_company_currency,
       matching_rule, created_at
FROM given

-- name: unsettle_items
-- Grain: one open item that gets back what was settled. Input: given, added up per item.
UPDATE ledger.open_item AS item
SET settled_amount = item.settled_amount - undone.amount,
    settled_amount_company_currency = item.settled_amount_company_currency - undone.company_amount,
    status = CASE WHEN item.status = 'closed' THEN 'open' ELSE item.status END
FROM (
    SELECT item_id, CAST(sum(amount) AS DECIMAL(18,4)) AS amount,
           CAST(sum(amount_company_currency) AS DECIMAL(18,4)) AS company_amount
    FROM given GROUP BY item_id
) AS undone
WHERE undone.item_id = item.item_id

-- name: undo_settlements
-- Grain: one settlement that is undone; it stays. Input: given; $now.
UPDATE ledger.settlement AS settlement
SET undone_at = $now, undone_by_entry_id = given.undone_by_entry_id
FROM given
WHERE given.settlement_id = settlement.settlement_id

-- name: link_postings
-- Grain: one posting of which this much is linked now. Input: given, one row a posting.
UPDATE ledger.posting AS posting
SET linked_amount = given.linked_amount, is_linked = given.linked_amount > 0, unlinked_reason = given.unlinked_reason
FROM given
WHERE given.entry_id = posting.entry_id AND given.line_number = posting.line_number

-- name: write_reversals
-- Grain: one journal entry that reverses another; no file brought it. Inputs: given, ledger.journal_entry; $now.
-- Without a posting_date it has the date of the reversed entry.
INSERT INTO ledger.journal_entry BY NAME
SELECT given.reversal_entry_id AS entry_id, 'reversal' AS entry_kind, entry.company_code,
       coalesce(given.posting_date, entry.posting_date) AS posting_date, entry.accounting_reason_code,
       entry.entry_id AS reverses_entry_id,
       $now AS created_at
FROM given
JOIN ledger.journal_entry AS entry USING (entry_id)

-- name: write_reversal_postings
-- Grain: one posting of a reversed entry, with debit and credit exchanged. It settles nothing and is no payment.
-- Inputs: given, ledger.posting.
INSERT INTO ledger.posting BY NAME
SELECT given.reversal_entry_id AS entry_id, posting.line_number, posting.company_code, posting.account_code,
       coalesce(given.posting_date, posting.posting_date) AS posting_date, posting.accounting_reason_code,
       posting.company_currency_code,
       posting.credit_amount AS debit_amount, posting.debit_amount AS credit_amount, posting.currency_code,
       -posting.currency_amount AS currency_amount, posting.description, posting.open_item_key, false AS is_linked,
       0 AS linked_amount
FROM ledger.posting AS posting
JOIN given USING (entry_id)

-- name: count_again
-- Grain: one entry that counts again, since its reversal is reversed now. Input: given (the reversals that are
-- reversed).
DELETE FROM ledger.reversed_entry WHERE reversal_entry_id IN (SELECT entry_id FROM given)

-- name: write_reversed
-- Grain: one entry that counts no longer. Input: given. Invariant: the primary key refuses a second reversal.
INSERT INTO ledger.reversed_entry BY NAME
SELECT entry_id, reversal_entry_id FROM given
