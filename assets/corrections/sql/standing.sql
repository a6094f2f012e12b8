-- What of imports and entries a correction touches.

-- name: correction
-- Grain: one correction by its number. Inputs: ledger.correction; $correction_id.
SELECT * FROM ledger.correction WHERE correction_id = $correction_id

-- name: item_of_entries
-- Grain: one open item that the target entries opened and that stands. Inputs: target (entries), ledger.open_item.
-- Order: item_id.
SELECT item.item_id
FROM ledger.open_item AS item
JOIN target ON target.id = item.opened_by_entry_id
WHERE item.status <> 'withdrawn'
ORDER BY item.item_id

-- name: made_in_stead
-- Grain: one entry by hand that counts and stands in the stead of a payment of an import, with the newest correction
-- that made it, or let it count again, and stands itself. Inputs: ledger.payment_in_stead, ledger.journal_entry,
-- ledger.reversed_entry, ledger.correction, ledger.correction_effect; $import_id. Order: entry.
WITH made AS (
    SELECT made.entry_id, made.replaces_entry_id, made.replaces_line_number
    FROM ledger.payment_in_stead AS made
    JOIN ledger.journal_entry AS brought ON brought.entry_id = made.replaces_entry_id AND brought.import_id = $import_id
    ANTI JOIN ledger.reversed_entry AS reversed ON reversed.entry_id = made.entry_id
), newest AS (
    SELECT made.entry_id, max(effect.correction_id) AS correction_id
    FROM made
    LEFT JOIN ledger.journal_entry AS undone ON undone.reverses_entry_id = made.entry_id
    JOIN ledger.correction_effect AS effect
      ON effect.effect_kind = 'entry_made' AND effect.object_id = made.entry_id
      OR effect.effect_kind = 'entry_reversed' AND effect.object_id = undone.entry_id
    JOIN ledger.correction USING (correction_id)
    WHERE correction.undone_by_correction_id IS NULL
    GROUP BY made.entry_id
)
SELECT made.entry_id, made.replaces_entry_id, made.replaces_line_number, correction.correction_id,
       correction.correction_kind
FROM made
JOIN newest USING (entry_id)
JOIN ledger.correction AS correction ON correction.correction_id = newest.correction_id
ORDER BY made.entry_id

-- name: period_of_entries
-- Grain: one company and date of the target entries. Inputs: target (entries), ledger.journal_entry. Order: company,
-- date.
SELECT DISTINCT entry.company_code, entry.posting_date
FROM ledger.journal_entry AS entry
JOIN target ON target.id = entry.entry_id
ORDER BY entry.company_code, entry.posting_date

-- name: settlement_by_others
-- Grain: one settlement by somebody else that stands in the way of deleting the target entries: it settles an item that
-- they opened, or a person linked a posting of theirs. correction_id is the newest correction that made it and stands;
-- null where a trace did. has_further: its line made further postings (withholding, VAT, exchange difference). Inputs:
-- target (entries), ledger.settlement, ledger.open_item, ledger.correction, ledger.correction_effect,
-- ledger.posting_rule_use. Order: settlement_id.
WITH found AS (
    SELECT settlement.settlement_id, settlement.item_id, settlement.entry_id, settlement.line_number,
           settlement.import_id,
           item.company_code, item.open_item_key
    FROM ledger.settlement AS settlement
    JOIN ledger.open_item AS item USING (item_id)
    LEFT JOIN target AS own ON own.id = settlement.entry_id
    LEFT JOIN target AS opener ON opener.id = item.opened_by_entry_id
    WHERE settlement.undone_at IS NULL
      AND ((opener.id IS NOT NULL AND own.id IS NULL) OR (own.id IS NOT NULL AND settlement.import_id IS NULL))
), made AS (
    SELECT found.settlement_id, max(effect.correction_id) AS correction_id
    FROM found
    JOIN ledger.correction_effect AS effect ON effect.object_id = found.settlement_id
      AND effect.effect_kind = 'settlement_made'
    JOIN ledger.correction USING (correction_id)
    WHERE found.import_id IS NULL AND correction.undone_by_correction_id IS NULL
    GROUP BY found.settlement_id
)
SELECT found.settlement_id, found.entry_id, found.line_number, found.company_code, found.open_item_key,
       made.correction_id,
       correction.correction_kind,
       found.import_id IS NOT NULL
       AND EXISTS (SELECT 1 FROM ledger.posting_rule_use AS rule
               WHERE rule.entry_id = found.entry_id AND rule.is_generated
                 AND (rule.source_line_number = found.line_number OR rule.line_number = found.line_number))
                     AS has_further
FROM found
LEFT JOIN made USING (settlement_id)
LEFT JOIN ledger.correction AS correction ON correction.correction_id = made.correction_id
ORDER BY found.settlement_id

-- name: settlement_of_entries
-- Grain: one settlement that stands, by a posting of the target entries. Inputs: target (entries), ledger.settlement.
-- Order: settlement_id.
SELECT settlement.settlement_id
FROM ledger.settlement AS settlement
JOIN target ON target.id = settlement.entry_id
WHERE settlement.undone_at IS NULL
ORDER BY settlement.settlement_id

-- name: standing_entry
-- Grain: one entry of an import that counts. Inputs: ledger.journal_entry, ledger.reversed_entry; $import_id.
SELECT entry.entry_id
FROM ledger.journal_entry AS entry
ANTI JOIN ledger.reversed_entry AS reversed ON reversed.entry_id = entry.entry_id
WHERE entry.import_id = $import_id
ORDER BY entry.entry_id

-- name: standing_target_entry
-- Grain: one of the target entries that counts. Inputs: target (entries), ledger.reversed_entry. Order: entry.
SELECT target.id AS entry_id FROM target ANTI JOIN ledger.reversed_entry AS reversed ON reversed.entry_id = target.id
ORDER BY target.id

-- name: import_to_turn
-- Grain: one import that a correction deleted or restored. Inputs: ledger.correction_effect, ledger.file_import;
-- $correction_id.
SELECT import.import_id, import.partition_key, import.status, effect.effect_kind
FROM ledger.correction_effect AS effect
JOIN ledger.file_import AS import ON import.import_id = effect.object_id
WHERE effect.correction_id = $correction_id AND effect.effect_kind IN ('import_deleted', 'import_restored')
