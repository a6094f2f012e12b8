-- Grain: one finding of another import that kept a movement out which this file brought to the ledger. The
-- movement is the same where company, numerator, year and entry are. A question whether a movement is another is a person's to
-- answer. Inputs: movement, posted_movement.
SELECT rowid AS finding_row
FROM ledger.finding
WHERE resolution IS NULL AND severity = 'ERROR' AND import_id <> $import_id
  AND finding_code NOT IN ('movement_may_be_repeated', 'movement_twice_in_file')
  AND movement_reference IN (
      SELECT movement.movement_reference
      FROM movement SEMI JOIN posted_movement USING (movement_number)
      WHERE movement.movement_reference IS NOT NULL)
