-- Grain: one key that is drawn now. Inputs: to_draw; $source_kind, $now.
INSERT INTO ledger.drawn_key BY NAME
SELECT partition_key, $source_kind AS source_kind, drawn_date, day_number, file_key, content_sha256, $now AS drawn_at
FROM to_draw
