-- Grain: one movement key per posted movement. Invariant: the primary key refuses a key a second time.
INSERT INTO ledger.imported_movement
SELECT movement_key, entry_id, $import_id FROM posted_movement
