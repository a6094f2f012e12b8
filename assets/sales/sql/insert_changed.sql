-- Grain: one booked invoice of which a file says something else than what was booked (T05). Inputs: sale, sale_state, sale_change.
INSERT INTO found_in_sales
SELECT sale.position, sale.line_number, sale.byte_start, sale.byte_end, 'document_number' AS field,
       'sales_invoice_changed' AS finding_code, change.changed_detail AS raw_value,
       'invoice ' || sale.document_number || ' as it was booked, ' || sale.reference AS expected
FROM sale_state AS state
JOIN sale USING (position)
JOIN sale_change AS change USING (position)
WHERE state.status = 'changed'
