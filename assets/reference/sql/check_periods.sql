-- Grain: one accounting period that ends before it begins or overlaps an earlier one of its company.
SELECT 'accounting_periods.csv' AS file_name, line_number, 'end_date' AS field, 'reference_value_invalid' AS finding_code,
       end_date AS raw_value, 'a date not before start_date' AS expected
FROM accounting_period WHERE end_date < start_date
UNION ALL
SELECT 'accounting_periods.csv', later.line_number, 'start_date', 'reference_value_invalid', later.start_date,
       'a date after the end of period ' || earlier.period_code
FROM accounting_period AS later
JOIN accounting_period AS earlier
  ON earlier.company_code = later.company_code AND earlier.start_date <= later.end_date
 AND later.start_date <= earlier.end_date
 AND (earlier.start_date, earlier.line_number) < (later.start_date, later.line_number)
ORDER BY line_number, field
