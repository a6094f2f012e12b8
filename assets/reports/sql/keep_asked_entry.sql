-- Grain: one asked payment of an entry: the others are left out. Inputs: asked_row; $entry_id.
DELETE FROM asked_row WHERE entry_id <> $entry_id
