-- Grain: one movement without a number that other files brought (D12): it waits for a person, or is known since its file is the
-- corrected form of one that brought it. Input: asked_movement.
SELECT first_line AS line_number, 'entry' AS field,
       CASE WHEN state = 'waits' THEN 'movement_may_be_repeated' ELSE 'movement_already_imported' END AS finding_code,
       movement_key AS raw_value,
       CASE WHEN state = 'waits'
            THEN 'an answer whether it is another movement; other files brought ' || brought_count || ' that are equal: '
            ELSE 'a movement that was not imported before; the file is the corrected form of an earlier one, and equal are: ' END
       || brought_by AS expected
FROM asked_movement
WHERE state IN ('waits', 'repeated')
