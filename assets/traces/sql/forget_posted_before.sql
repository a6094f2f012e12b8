-- Grain: one failing row about a movement that an earlier attempt posted: what stands in the ledger is not
-- judged by today's reference data. Inputs: found_now, line, movement_posted_before, error_code.
DELETE FROM found_now
WHERE finding_code IN (SELECT finding_code FROM error_code)
  AND line_number IN (
      SELECT line.line_number FROM line SEMI JOIN movement_posted_before USING (company, progressive))
