-- Grain: one movement that is posted now, with its entry's id. Inputs: movement_state, repeated_movement,
-- ledger.journal_entry. Invariant: ids follow the order of the first lines without a gap.
CREATE OR REPLACE TEMP TABLE posted_movement AS
SELECT movement.movement_number, movement.company, movement.progressive, movement.first_line,
       movement.operation_date, movement.movement_key,
       (SELECT coalesce(max(entry_id), 0) FROM ledger.journal_entry)
       + row_number() OVER (ORDER BY movement.movement_number) AS entry_id
FROM movement_state AS movement
ANTI JOIN repeated_movement USING (movement_number)
WHERE NOT movement.is_kept_out
