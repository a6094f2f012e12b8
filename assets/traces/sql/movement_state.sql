-- Grain: one movement, with whether anything about it is wrong so far. Inputs: movement, rule_finding, line,
-- error_code.
CREATE OR REPLACE TEMP TABLE movement_state AS
SELECT movement.*,
       movement.has_rejected_line OR wrong.movement_number IS NOT NULL AS is_kept_out
FROM movement
LEFT JOIN (
    SELECT DISTINCT movement.movement_number
    FROM rule_finding SEMI JOIN error_code USING (finding_code)
    JOIN line ON line.line_number = rule_finding.line_number
    JOIN movement ON movement.company = line.company AND movement.progressive = line.progressive
) AS wrong USING (movement_number)
