-- Grain: one invoice that can be read, with the first one of the file under its reference (a draft comes after one that is
-- booked). Inputs: sale, sale_content.
CREATE OR REPLACE TEMP TABLE sale_first AS
SELECT sale.position, sale.reference, sale.line_number, sale.byte_start, sale.byte_end, content.content_sha256,
       arg_min(sale.position, 2 * sale.position + CASE WHEN sale.source_status = 'draft' THEN 1000000000 ELSE 0 END)
           OVER (PARTITION BY sale.reference) AS first_position,
       min(content.content_sha256) OVER (PARTITION BY sale.reference)
           <> max(content.content_sha256) OVER (PARTITION BY sale.reference) AS has_other_content
FROM sale
JOIN sale_content AS content USING (position)
WHERE sale.reference IS NOT NULL
