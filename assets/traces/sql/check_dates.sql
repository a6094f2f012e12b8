-- Grain: one movement whose lines have different operation dates.
SELECT first_line AS line_number, 'operation_date' AS field, 'movement_dates_differ' AS finding_code,
       operation_date || ' to ' || last_date AS raw_value, NULL::VARCHAR AS expected
FROM movement
WHERE operation_date <> last_date
