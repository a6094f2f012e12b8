-- Grain: one open item that a correction is about. Input: target (items).
SELECT id AS item_id FROM target
