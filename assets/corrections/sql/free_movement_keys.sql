-- Grain: one movement of a deleted import; its key is free for another import. Inputs: $import_id.
DELETE FROM ledger.imported_movement WHERE import_id = $import_id
