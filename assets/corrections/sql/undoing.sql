-- What an undo turns back.

-- name: registration_to_turn
-- Grain: one document of which a correction undid a registration, restored one, or both. Inputs:
-- ledger.correction_effect, ledger.registration; $correction_id. Order: document_id.
SELECT registration.document_id,
       max(effect.object_id) FILTER (effect.effect_kind = 'registration_undone') AS undone_registration_id,
       max(effect.object_id) FILTER (effect.effect_kind = 'registration_restored') AS restored_registration_id
FROM ledger.correction_effect AS effect
JOIN ledger.registration AS registration ON registration.registration_id = effect.object_id
WHERE effect.correction_id = $correction_id AND effect.effect_kind IN ('registration_undone', 'registration_restored')
GROUP BY registration.document_id
ORDER BY registration.document_id

-- name: answer_to_turn
-- Grain: one answer that a correction gave or withdrew. Inputs: ledger.correction_effect, ledger.document_answer;
-- $correction_id.
SELECT answer.*, effect.effect_kind
FROM ledger.correction_effect AS effect
JOIN ledger.document_answer AS answer ON answer.answer_id = effect.object_id
WHERE effect.correction_id = $correction_id AND effect.effect_kind IN ('question_answered', 'answer_withdrawn')
ORDER BY answer.answer_id

-- name: entry_to_turn
-- Grain: one entry whose reversal takes back what a correction did: an entry that it made and that counts; an entry
-- that it let count again; the reversal in force of an entry that it reversed. Inputs: ledger.correction_effect,
-- ledger.journal_entry, ledger.reversed_entry; $correction_id. Order: entry_id.
WITH effect AS (
    SELECT effect.effect_kind, entry.entry_id, entry.entry_kind, entry.reverses_entry_id
    FROM ledger.correction_effect AS effect
    JOIN ledger.journal_entry AS entry ON entry.entry_id = effect.object_id
    WHERE effect.correction_id = $correction_id AND effect.effect_kind IN ('entry_made', 'entry_reversed')
), wanted AS (
    SELECT effect.entry_id FROM effect WHERE effect_kind = 'entry_made' AND entry_kind <> 'reversal'
    UNION
    SELECT effect.reverses_entry_id FROM effect WHERE effect_kind = 'entry_reversed' AND entry_kind = 'reversal'
)
SELECT wanted.entry_id FROM wanted ANTI JOIN ledger.reversed_entry AS reversed ON reversed.entry_id = wanted.entry_id
UNION
SELECT reversed.reversal_entry_id
FROM effect
JOIN ledger.reversed_entry AS reversed ON reversed.entry_id = effect.entry_id
WHERE effect.effect_kind = 'entry_reversed' AND effect.entry_kind <> 'reversal'
ORDER BY 1

-- name: other_life
-- Grain: one item that a correction withdrew and that had another life since, opened by something else. Inputs:
-- ledger.correction_effect, ledger.open_item; $correction_id. Order: name.
SELECT item.company_code || ':' || item.open_item_key AS name
FROM ledger.correction_effect AS effect
JOIN ledger.open_item AS item ON item.item_id = effect.object_id
WHERE effect.correction_id = $correction_id AND effect.effect_kind = 'item_withdrawn'
  AND item.opened_by_entry_id IS DISTINCT FROM effect.other_id
ORDER BY name

-- name: item_to_turn
-- Grain: one item that a correction opened or withdrew. Inputs: ledger.correction_effect; $correction_id, $effect_kind.
-- Order: item.
SELECT object_id AS item_id
FROM ledger.correction_effect
WHERE correction_id = $correction_id AND effect_kind = $effect_kind
ORDER BY object_id

-- name: settlement_to_turn
-- Grain: one settlement that a correction made and that stands, or that it undid. Inputs: ledger.correction_effect,
-- ledger.settlement; $correction_id, $effect_kind. Order: settlement_id.
SELECT settlement.settlement_id
FROM ledger.correction_effect AS effect
JOIN ledger.settlement AS settlement ON settlement.settlement_id = effect.object_id
WHERE effect.correction_id = $correction_id AND effect.effect_kind = $effect_kind
  AND (settlement.undone_at IS NULL) = (effect.effect_kind = 'settlement_made')
ORDER BY settlement.settlement_id

-- name: mark_correction_undone
-- Grain: one correction that another undoes. Inputs: $correction_id, $undone_by_correction_id.
UPDATE ledger.correction SET undone_by_correction_id = $undone_by_correction_id WHERE correction_id = $correction_id

-- name: entry_of_import
-- Grain: one entry of an import whose movement stands. Inputs: ledger.imported_movement; $import_id.
SELECT entry_id FROM ledger.imported_movement WHERE import_id = $import_id

-- name: content_again
-- Grain: one import of another name that brought the content of a deleted import again, or may yet; not those that only
-- left it out as repeated, which keep no import of it out either (import_by_content), nor what it left out itself.
-- Inputs: ledger.file_import; $import_id, $partition_key (of the deleted one before). Order: import_id.
SELECT other.import_id, other.source_file
FROM ledger.file_import AS import
JOIN ledger.file_import AS other
  ON other.source_kind = import.source_kind AND other.content_sha256 = import.content_sha256
  AND other.import_id <> import.import_id
WHERE import.import_id = $import_id AND other.status IN ('posted', 'incomplete', 'failed')
  AND other.partition_key <> $partition_key AND other.repeats_import_id IS NULL
  AND other.import_id IS DISTINCT FROM import.repeats_import_id
ORDER BY other.import_id

-- name: taken_movement
-- Grain: one movement of a deleted import that another import brought meanwhile: its key is that import's, whether the
-- movement counts or a person took it out; or an equal one, where it has no number. Inputs: ledger.journal_entry,
-- ledger.imported_movement, ledger.unnumbered_movement, ledger.reversed_entry; $import_id. Whatever was posted after
-- the deletion has a higher entry number than its reversals. Order: entry_id.
WITH deletion AS (
    SELECT max(reversed.reversal_entry_id) AS last_entry_id
    FROM ledger.journal_entry AS entry
    JOIN ledger.reversed_entry AS reversed USING (entry_id)
    WHERE entry.import_id = $import_id
), taken AS (
    SELECT imported.entry_id
    FROM ledger.journal_entry AS entry
    JOIN ledger.imported_movement AS imported USING (movement_key)
    WHERE entry.import_id = $import_id AND imported.import_id <> $import_id
    UNION
    SELECT imported.entry_id
    FROM ledger.journal_entry AS entry
    JOIN ledger.unnumbered_movement AS own USING (entry_id)
    JOIN ledger.unnumbered_movement AS equal USING (equality_hash)
    JOIN ledger.imported_movement AS imported ON imported.entry_id = equal.entry_id
    JOIN deletion ON imported.entry_id > deletion.last_entry_id
    WHERE entry.import_id = $import_id AND imported.import_id <> $import_id
)
SELECT 'entry ' || entry_id AS name FROM taken ORDER BY entry_id

-- name: movement_to_restore_with_import
-- Grain: one movement of an import that stands again and whose key was free. Inputs: ledger.journal_entry,
-- ledger.imported_movement, ledger.withdrawn_movement; $import_id. The caller has made sure that no other import
-- brought the same movement meanwhile (taken_movement).
SELECT entry.movement_key, entry.entry_id, entry.import_id
FROM ledger.journal_entry AS entry
ANTI JOIN ledger.imported_movement AS imported ON imported.movement_key = entry.movement_key
ANTI JOIN ledger.withdrawn_movement AS withdrawn ON withdrawn.entry_id = entry.entry_id
WHERE entry.import_id = $import_id AND entry.movement_key IS NOT NULL

-- name: deleted_finding
-- Grain: one finding of an import that stands again. Inputs: ledger.finding; $import_id.
SELECT rowid AS finding_row FROM ledger.finding WHERE import_id = $import_id AND resolution = 'deleted'

-- name: settlement_of_item
-- Grain: one settlement of an item that stands, with the newest correction that made it and stands itself (null where a
-- trace did). Inputs: ledger.settlement, ledger.correction, ledger.correction_effect; $item_id. Order: settlement_id.
WITH made AS (
    SELECT settlement.settlement_id, max(effect.correction_id) AS correction_id
    FROM ledger.settlement AS settlement
    JOIN ledger.correction_effect AS effect ON effect.object_id = settlement.settlement_id
      AND effect.effect_kind = 'settlement_made'
    JOIN ledger.correction USING (correction_id)
    WHERE settlement.item_id = $item_id AND settlement.import_id IS NULL AND correction.undone_by_correction_id IS NULL
    GROUP BY settlement.settlement_id
)
SELECT settlement.settlement_id, settlement.entry_id, settlement.line_number, made.correction_id,
       correction.correction_kind
FROM ledger.settlement AS settlement
LEFT JOIN made USING (settlement_id)
LEFT JOIN ledger.correction AS correction ON correction.correction_id = made.correction_id
WHERE settlement.item_id = $item_id AND settlement.undone_at IS NULL
ORDER BY settlement.settlement_id

-- name: further_postings
-- Grain: one settlement of an item, by a trace (what a person made is undone as a whole), whose line made further
-- postings: a withholding, VAT that became due, an exchange difference. Inputs: ledger.settlement,
-- ledger.posting_rule_use; $item_id. Order: settlement_id.
SELECT DISTINCT settlement.settlement_id, settlement.entry_id, settlement.line_number
FROM ledger.settlement AS settlement
JOIN ledger.posting_rule_use AS made
  ON made.entry_id = settlement.entry_id AND made.is_generated
 AND (made.source_line_number = settlement.line_number OR made.line_number = settlement.line_number)
WHERE settlement.item_id = $item_id AND settlement.undone_at IS NULL AND settlement.import_id IS NOT NULL
ORDER BY settlement.settlement_id
