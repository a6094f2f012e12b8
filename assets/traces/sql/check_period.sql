-- Grain: one movement dated in a closed period (D35) or in none. Inputs: movement, accounting_period, company.
SELECT movement.first_line AS line_number, 'operation_date' AS field,
       CASE WHEN period.period_code IS NULL THEN 'period_missing' ELSE 'period_closed' END AS finding_code,
       CAST(movement.operation_date AS VARCHAR) AS raw_value,
       CASE WHEN period.period_code IS NULL THEN NULL
            ELSE 'a date in an open accounting period; ' || period.period_code || ' is closed' END AS expected
FROM movement
SEMI JOIN company ON company.company_code = movement.company
LEFT JOIN accounting_period AS period
       ON period.company_code = movement.company
      AND movement.operation_date BETWEEN period.start_date AND period.end_date
WHERE movement.operation_date IS NOT NULL
  AND (period.period_code IS NULL OR period.period_status = 'closed')
