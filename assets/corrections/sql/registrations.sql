-- Registrations that are undone and restored.

-- name: registered_document
-- Grain: one document that somebody named, with the registration in force if it has one, and its supplier (null if the
-- registry knows that code no more: he may have another one now). Inputs: ledger.document, ledger.registration,
-- ledger.counterparty, ledger.reference_file; $document_id.
SELECT document.document_id, document.import_id, document.status, document.company_code,
       (SELECT min(registry.counterparty_code) FROM ledger.counterparty AS registry
        WHERE registry.version = (SELECT max(version) FROM ledger.reference_file WHERE file_name = 'counterparties.csv')
          AND registry.counterparty_code = document.counterparty_code) AS counterparty_code,
       document.identity_number, document.corrected_numbers, document.closed_at, document.closed_by,
       registration.registration_id, registration.entry_id, registration.accounting_date
FROM ledger.document AS document
LEFT JOIN ledger.registration AS registration
       ON registration.document_id = document.document_id AND registration.undone_at IS NULL
WHERE document.document_id = $document_id

-- name: opened_item
-- Grain: one open item that an entry opened and that stands. Inputs: ledger.open_item; $entry_id. Order: item_id.
SELECT item_id FROM ledger.open_item WHERE opened_by_entry_id = $entry_id AND status <> 'withdrawn' ORDER BY item_id

-- name: registration_to_restore
-- Grain: one registration that was undone, with the entry that reverses its own now, and another document that stands
-- in the books since with its identity: registered, or handled elsewhere. A document of which a person said anything
-- but that it is the same invoice is none. Inputs: ledger.registration, ledger.document, ledger.reversed_entry,
-- ledger.document_answer; $registration_id, $despite_document_id (a document that stood beside it before).
SELECT undone.registration_id, undone.document_id, document.import_id, undone.entry_id, reversed.reversal_entry_id,
       (SELECT min(other.document_id) FROM ledger.document AS other
        WHERE other.registration_key = undone.identity_key AND other.document_id <> undone.document_id
          AND other.status IN ('registered', 'handled')
          AND other.document_id IS DISTINCT FROM $despite_document_id
          AND NOT EXISTS (SELECT 1 FROM ledger.document_answer AS answer
                          WHERE answer.answer <> 'same' AND answer.undone_at IS NULL
                            AND (answer.document_id = undone.document_id
                                 AND answer.other_document_id = other.document_id
                                 OR answer.document_id = other.document_id
                                 AND answer.other_document_id = undone.document_id))) AS other_document_id
FROM ledger.registration AS undone
JOIN ledger.document AS document USING (document_id)
JOIN ledger.reversed_entry AS reversed ON reversed.entry_id = undone.entry_id
WHERE undone.registration_id = $registration_id

-- name: opening_in_stead
-- Grain: one opening item that took the place of an item that this entry opens again: the same account, side, number
-- and year (without a date: any). Input: ledger.open_item; $entry_id. Order: open_item_key.
WITH item AS (
    SELECT *, upper(trim(regexp_replace(document_number, '[\s\p{Z}\p{Cc}]+', ' ', 'g'))) AS number_text
    FROM ledger.open_item
    WHERE status <> 'withdrawn'
)
SELECT DISTINCT opening.open_item_key
FROM item AS restored
JOIN item AS opening USING (company_code, account_code, side, number_text)
WHERE restored.opened_by_entry_id = $entry_id AND restored.origin = 'invoice' AND opening.origin = 'opening'
  AND coalesce(year(opening.document_date) = year(restored.document_date), true)
ORDER BY opening.open_item_key

-- name: life_to_restore
-- Grain: one withdrawn item that an entry opened once and that is open again as it stood then. Inputs:
-- ledger.item_life, ledger.open_item; $entry_id, $now. An item that had several lives by one entry was the same in all
-- of them.
SELECT item.item_id, life.account_code, life.side, life.document_number, life.document_date, life.due_date,
       life.currency_code,
       life.original_amount, life.original_amount_company_currency, item.description, 'open' AS status,
       life.opened_by_entry_id,
       $now AS opened_at, life.hold_reason
FROM (
    SELECT * FROM ledger.item_life WHERE opened_by_entry_id = $entry_id
    QUALIFY row_number() OVER (PARTITION BY item_id ORDER BY withdrawn_at DESC) = 1
) AS life
JOIN ledger.open_item AS item ON item.item_id = life.item_id
WHERE item.status = 'withdrawn'

-- name: error_of_document
-- Grain: one open finding that kept a document out which is registered again. Inputs: ledger.finding, ledger.document;
-- $document_id, $now, $who, $reason.
SELECT finding.rowid AS finding_row
FROM ledger.document AS document
JOIN ledger.finding AS finding ON finding.import_id = document.import_id
                              AND finding.document_id = document.document_id
WHERE document.document_id = $document_id AND finding.severity = 'ERROR' AND finding.resolution IS NULL

-- name: correction_of_document
-- Grain: one correction that undid or restored a registration of a document, with the last entry that it made: what was
-- registered after it has a higher one. Inputs: ledger.correction_effect, ledger.registration; $document_id. Order:
-- newest first.
SELECT effect.correction_id,
       (SELECT max(made.object_id) FROM ledger.correction_effect AS made
        WHERE made.correction_id = effect.correction_id AND made.effect_kind = 'entry_made') AS last_entry_id
FROM ledger.correction_effect AS effect
JOIN ledger.registration AS registration ON registration.registration_id = effect.object_id
WHERE effect.effect_kind IN ('registration_undone', 'registration_restored') AND registration.document_id = $document_id
GROUP BY effect.correction_id
ORDER BY effect.correction_id DESC

-- name: document_count_of_import
-- Grain: one import with so many registered documents. Input: ledger.document; $import_id.
SELECT $import_id AS import_id, count(*) AS posted_movement_count
FROM ledger.document
WHERE import_id = $import_id AND status = 'registered'
