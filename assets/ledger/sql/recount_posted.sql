-- Grain: one import of which so much is posted now. Input: given.
UPDATE ledger.file_import AS import SET posted_movement_count = given.posted_movement_count FROM given WHERE import.import_id = given.import_id
