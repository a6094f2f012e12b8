-- Grain: one row: what the file holds. Inputs: line, movement, repeated_movement, asked_movement.
SELECT (SELECT count(*) FROM line) AS line_count,
       (SELECT count(*) FROM movement) AS movement_count,
       (SELECT count(*) FROM repeated_movement WHERE NOT is_own AND is_same)
       + (SELECT count(*) FROM asked_movement WHERE state IN ('same', 'repeated')) AS repeated_count
