-- Grain: one movement of a deleted import that another import brought meanwhile: its key is that import's, whether the movement
-- counts or a person took it out. Inputs: ledger.journal_entry, ledger.imported_movement; $import_id. Order: entry_id.
SELECT 'entry ' || imported.entry_id AS name
FROM ledger.journal_entry AS entry
JOIN ledger.imported_movement AS imported USING (movement_key)
WHERE entry.import_id = $import_id AND imported.import_id <> $import_id
ORDER BY imported.entry_id
