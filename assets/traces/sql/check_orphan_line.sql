-- Grain: one movement beside or around a line that lost its company or progressive: the line may belong to it,
-- and half a movement is never posted. Lines of a movement stand together, so that the movements of the nearest
-- lines before and after are meant; and where they do not, every movement that goes on behind the line. Inputs: line, movement.
WITH orphan AS (
    SELECT line_number FROM line WHERE company IS NULL OR progressive IS NULL
), known AS (
    SELECT line_number, company, progressive FROM line WHERE company IS NOT NULL AND progressive IS NOT NULL
), beside AS (
    SELECT orphan.line_number AS orphan_line, known.company, known.progressive
    FROM orphan ASOF JOIN known ON orphan.line_number > known.line_number
    UNION ALL
    SELECT orphan.line_number, known.company, known.progressive
    FROM orphan ASOF JOIN known ON orphan.line_number < known.line_number
    UNION ALL
    SELECT orphan.line_number, movement.company, movement.progressive
    FROM orphan JOIN movement
      ON NOT movement.is_contiguous AND orphan.line_number BETWEEN movement.first_line AND movement.last_line
)
SELECT movement.first_line AS line_number, 'progressive' AS field,
       'movement_beside_unreadable_line' AS finding_code, movement.progressive AS raw_value,
       'a movement that is surely whole; line ' || min(beside.orphan_line) || ' may belong to it' AS expected
FROM beside
JOIN movement ON movement.company = beside.company AND movement.progressive = beside.progressive
GROUP BY movement.first_line, movement.progressive
