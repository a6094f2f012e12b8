-- Grain: one movement of an import that stands again. Inputs: ledger.journal_entry, ledger.withdrawn_movement; $import_id. The
-- caller has made sure that no other import brought the same movement meanwhile (taken_movement).
INSERT INTO ledger.imported_movement
SELECT movement_key, entry_id, import_id
FROM ledger.journal_entry
ANTI JOIN ledger.withdrawn_movement USING (entry_id)
WHERE import_id = $import_id AND movement_key IS NOT NULL
