-- A file that mends an earlier one.

-- name: finding_of_posted_movement
-- Grain: one finding of another import that kept a movement out which this file brought to the ledger. The movement is
-- the same where company, numerator, year and entry are. A question whether a movement is another is a person's to
-- answer. Inputs: ledger.finding, movement, posted_movement.
SELECT rowid AS finding_row
FROM ledger.finding
WHERE resolution IS NULL AND severity = 'ERROR' AND import_id <> $import_id
  AND finding_code NOT IN ('movement_may_be_repeated', 'movement_twice_in_file')
  AND movement_reference IN (
      SELECT movement.movement_reference
      FROM movement SEMI JOIN posted_movement USING (movement_number)
      WHERE movement.movement_reference IS NOT NULL)

-- name: same_name_open_import
-- Grain: one earlier import of a file of this name that still has open errors; the newest twenty. faulty_lines are the
-- lines that errors are or were about; is_unreadable where an open error is about the whole file. wanted are the
-- movements that open errors name. A question whether a movement is another is no fault that a file could correct: with
-- nothing else open, an import is not meant. Inputs: ledger.file_import, ledger.finding.
SELECT import.import_id, import.partition_key,
       list(DISTINCT finding.line_number) FILTER (finding.line_number IS NOT NULL) AS faulty_lines,
       bool_or(finding.line_number IS NULL OR import.line_count = 0)
           FILTER (finding.resolution IS NULL) AS is_unreadable,
       list(DISTINCT finding.movement_reference)
           FILTER (finding.movement_reference IS NOT NULL AND finding.resolution IS NULL) AS wanted
FROM ledger.file_import AS import
JOIN ledger.finding AS finding
  ON finding.import_id = import.import_id AND finding.attempt = import.attempt AND finding.severity = 'ERROR'
 AND finding.finding_code NOT IN ('movement_may_be_repeated', 'movement_twice_in_file')
WHERE lower(import.source_file) = lower($source_file) AND import.import_id < $import_id
  AND import.source_kind = 'trace' AND import.status IN ('failed', 'incomplete')
GROUP BY import.import_id, import.partition_key
HAVING bool_or(finding.resolution IS NULL)
ORDER BY import.import_id DESC
LIMIT 20

-- name: count_other_open_imports
-- Grain: one row: how many imports but this one are not closed. Input: ledger.file_import; $import_id.
SELECT count(*) FROM ledger.file_import WHERE status IN ('failed', 'incomplete') AND import_id <> $import_id

-- name: reference_of_movement
-- Grain: one movement of the file, by company, numerator, year and entry. Input: movement.
SELECT movement_reference FROM movement
