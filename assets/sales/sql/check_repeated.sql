-- Grain: one invoice of a file that has the company, kind, number and year of another one of it and says something else. Inputs:
-- sale_first, sale.
SELECT sale.position, sale.line_number, sale.byte_start, sale.byte_end, 'document_number' AS field,
       'sales_number_repeated' AS finding_code, sale.document_number AS raw_value, CAST(NULL AS VARCHAR) AS expected
FROM sale_first AS first
JOIN sale USING (position)
WHERE first.has_other_content
