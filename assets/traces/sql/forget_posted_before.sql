-- Grain: one failing row that is none: about a movement that an earlier attempt posted, since what stands in the ledger is not
-- judged by today's reference data; or whether a movement is another, where a person said so. Inputs: found_now, line,
-- movement_posted_before, movement_answered, error_code.
DELETE FROM found_now
WHERE finding_code IN (SELECT finding_code FROM error_code)
  AND line_number IN (
      SELECT line.line_number FROM line SEMI JOIN movement_posted_before USING (company, progressive))
   OR finding_code = 'movement_twice_in_file'
  AND line_number IN (
      SELECT line.line_number FROM line SEMI JOIN movement_answered USING (company, progressive))
