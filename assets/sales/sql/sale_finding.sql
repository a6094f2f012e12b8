-- Grain: one thing wrong with a file of sales invoices or with one of them, with its severity. Inputs: sales_found (what reading
-- and validating found), found_in_sales (what the rules found), finding_severity.
CREATE OR REPLACE TEMP TABLE sale_finding AS
SELECT found.*, severity.severity
FROM (
    SELECT position, line_number, byte_start, byte_end, field, finding_code, raw_value, expected, finding_count, is_listed FROM sales_found
    UNION ALL
    SELECT position, line_number, byte_start, byte_end, field, finding_code, raw_value, expected, 1, true FROM found_in_sales
) AS found
JOIN finding_severity AS severity USING (finding_code)
