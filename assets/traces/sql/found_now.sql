-- Grain: one failing row, in the order of lines; at most $room of them. Input: found_now.
SELECT finding_code, line_number, field, raw_value, expected
FROM found_now
ORDER BY line_number, field, finding_code
LIMIT $room
