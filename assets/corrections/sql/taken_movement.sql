-- Grain: one movement of a deleted import that another import brought meanwhile: its key is that import's, whether the movement
-- counts or a person took it out; or an equal one, where it has no number. Inputs: ledger.journal_entry, ledger.imported_movement,
-- ledger.unnumbered_movement, ledger.reversed_entry; $import_id. Whatever was posted after the deletion has a higher entry number
-- than its reversals. Order: entry_id.
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
