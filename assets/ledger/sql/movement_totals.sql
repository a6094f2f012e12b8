-- Grain: one row: what the file holds. Inputs: line, movement, movement_state, repeated_movement.
SELECT (SELECT count(*) FROM line) AS line_count,
       (SELECT count(*) FROM movement) AS movement_count,
       (SELECT count(*) FROM movement_state WHERE is_kept_out) AS kept_out_count,
       (SELECT count(*) FROM repeated_movement WHERE NOT is_own AND is_same) AS repeated_count,
       (SELECT count(*) FROM repeated_movement WHERE NOT is_own AND NOT is_same) AS conflict_count
