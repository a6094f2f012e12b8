-- Grain: one movement of an import that stands again and whose key was free. Inputs: ledger.journal_entry,
-- ledger.imported_movement, ledger.withdrawn_movement; $import_id. The caller has made sure that no other import brought the same
-- movement meanwhile (taken_movement).
SELECT entry.movement_key, entry.entry_id, entry.import_id
FROM ledger.journal_entry AS entry
ANTI JOIN ledger.imported_movement AS imported ON imported.movement_key = entry.movement_key
ANTI JOIN ledger.withdrawn_movement AS withdrawn ON withdrawn.entry_id = entry.entry_id
WHERE entry.import_id = $import_id AND entry.movement_key IS NOT NULL
