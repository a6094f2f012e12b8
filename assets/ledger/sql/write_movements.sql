-- Grain: one movement that stands in the ledger. Input: given. Invariant: the primary key refuses a key a second time.
INSERT INTO ledger.imported_movement BY NAME
SELECT movement_key, entry_id, import_id FROM given
