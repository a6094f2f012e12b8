-- Grain: one delivered file of which a registration was undone; its next attempt counts again. Inputs: $import_id.
UPDATE ledger.file_import SET posted_movement_count = posted_movement_count - 1 WHERE import_id = $import_id
