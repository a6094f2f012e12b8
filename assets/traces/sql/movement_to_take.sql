-- Grain: one movement key per posted movement. Input: posted_movement; $import_id.
SELECT movement_key, entry_id, $import_id AS import_id FROM posted_movement
