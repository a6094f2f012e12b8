-- Grain: one finding code: how many failing rows are beyond the first $room. Input: found_now.
SELECT finding_code, count(*) AS finding_count
FROM (SELECT finding_code FROM found_now ORDER BY line_number, field, finding_code OFFSET $room)
GROUP BY finding_code
ORDER BY finding_code
