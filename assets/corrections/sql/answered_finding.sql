-- Grain: one question that a person answered, with who and why. Inputs: $import_id, $line_number, $now, $who, $reason.
SELECT rowid AS finding_row
FROM ledger.finding
WHERE import_id = $import_id AND line_number = $line_number AND resolution IS NULL
  AND finding_code IN ('movement_may_be_repeated', 'movement_twice_in_file')
