-- Grain: one entry of a movement without a number that is posted now. Inputs: posted_movement, asked_movement.
INSERT INTO ledger.unnumbered_movement BY NAME
SELECT posted.entry_id, asked.equality_hash
FROM posted_movement AS posted
JOIN asked_movement AS asked USING (movement_number)
WHERE asked.equality_hash IS NOT NULL
