-- Grain: one movement that is posted now, with its entry's id. Inputs: movement_state, repeated_movement, asked_movement,
-- ledger.journal_entry; $file_key. Invariant: ids follow the order of the first lines without a gap. A movement that no number
-- tells from others gets a key of its own, by its place in the file, which the name and content of the file tell from others: the same in a ledger that is
-- rebuilt, whatever partition key was drawn for it.
CREATE OR REPLACE TEMP TABLE posted_movement AS
SELECT movement.movement_number, movement.company, movement.progressive, movement.first_line,
       movement.operation_date,
       movement.movement_key
       || CASE WHEN asked.movement_number IS NULL THEN '' ELSE '|' || $file_key || ':' || movement.first_line END AS movement_key,
       (SELECT coalesce(max(entry_id), 0) FROM ledger.journal_entry)
       + row_number() OVER (ORDER BY movement.movement_number) AS entry_id
FROM movement_state AS movement
LEFT JOIN asked_movement AS asked USING (movement_number)
ANTI JOIN repeated_movement USING (movement_number)
WHERE NOT movement.is_kept_out AND coalesce(asked.state, 'new') IN ('new', 'another')
