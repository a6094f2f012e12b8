-- Grain: one movement whose key an earlier movement of the same file has (D12).
SELECT movement.first_line AS line_number, 'entry' AS field, 'movement_key_conflict' AS finding_code,
       movement.movement_key AS raw_value,
       'a movement key of its own; line ' || min(movement.first_line) OVER same_key || ' has the same' AS expected
FROM movement
WHERE NOT has_rejected_line
WINDOW same_key AS (PARTITION BY movement_key)
QUALIFY movement.first_line > min(movement.first_line) OVER same_key
