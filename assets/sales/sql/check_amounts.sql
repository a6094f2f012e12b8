-- Grain: one thing wrong with the figures of an invoice that can be read. Inputs: sale, sale_row, sale_total, sale_due, sales_due.
-- Without an amount of each line there is no invoice, not even a draft; what does not agree keeps only what is to be booked out.
SELECT line.position, line.line_number, line.byte_start, line.byte_end, line.place_of_field || 'net_amount' AS field,
       'sales_amount_missing' AS finding_code, '' AS raw_value, CAST(NULL AS VARCHAR) AS expected
FROM sale_row AS line
WHERE line.net_amount IS NULL
UNION ALL
SELECT sale.position, sale.line_number, sale.byte_start, sale.byte_end, 'lines', 'sales_value_missing', NULL, 'at least one line'
FROM sale
ANTI JOIN sale_row USING (position)
WHERE sale.is_readable
UNION ALL
SELECT line.position, line.line_number, line.byte_start, line.byte_end, line.place_of_field || 'net_amount', 'sales_amount_differs',
       amount_text(line.given_amount), 'quantity x unit_price, which is ' || amount_text(line.computed_amount)
FROM sale_row AS line
JOIN sale USING (position)
WHERE abs(line.given_amount - line.computed_amount) > sale.tolerance
UNION ALL
SELECT line.position, line.line_number, line.byte_start, line.byte_end, line.place_of_field || 'net_amount', 'sales_value_invalid',
       amount_text(line.given_amount), 'an amount with no more decimals than ' || sale.currency_code || ' has'
FROM sale_row AS line
JOIN sale USING (position)
WHERE units_of(line.given_amount) % sale.minor_unit <> 0
UNION ALL
SELECT sale.position, sale.line_number, sale.byte_start, sale.byte_end, given.field, 'sales_value_invalid',
       amount_text(given.amount), 'an amount with no more decimals than ' || sale.currency_code || ' has'
FROM sale
JOIN (SELECT position, 'vat_amount' AS field, given_vat_amount AS amount FROM sale
      UNION ALL
      SELECT position, 'total_amount', given_total_amount FROM sale
      UNION ALL
      SELECT position, 'payable_rounding_amount', payable_rounding_amount FROM sale
      UNION ALL
      SELECT position, 'instalments[' || ordinal || '].amount', TRY_CAST(amount AS DECIMAL(16,4)) FROM sales_due) AS given USING (position)
WHERE sale.is_readable AND units_of(given.amount) % sale.minor_unit <> 0
UNION ALL
SELECT sale.position, sale.line_number, sale.byte_start, sale.byte_end, 'total_amount',
       CASE WHEN sale.is_credit_note THEN 'sales_credit_note_negative' ELSE 'sales_total_negative' END,
       amount_text(least(total.total_amount, total.payable_amount)), NULL
FROM sale
JOIN sale_total AS total USING (position)
WHERE sale.is_to_book AND least(total.total_amount, total.payable_amount) < 0
UNION ALL
SELECT sale.position, sale.line_number, sale.byte_start, sale.byte_end, 'payable_rounding_amount', 'sales_value_invalid',
       amount_text(sale.payable_rounding_amount),
       'at most ' || CASE WHEN sale.minor_unit = 10000 THEN 10 ELSE 1 END || ' ' || sale.currency_code || ', as the total is rounded by'
FROM sale
WHERE sale.is_readable AND abs(sale.payable_rounding_amount) > CASE WHEN sale.minor_unit = 10000 THEN 10 ELSE 1 END
UNION ALL
SELECT sale.position, sale.line_number, sale.byte_start, sale.byte_end,
       CASE WHEN abs(total.vat_difference_amount) > sale.tolerance THEN 'vat_amount' ELSE 'total_amount' END, 'sales_total_differs',
       CASE WHEN abs(total.vat_difference_amount) > sale.tolerance THEN amount_text(total.vat_amount) ELSE amount_text(total.total_amount) END,
       'lines of ' || coalesce(amount_text(total.row_amount), 'an absurd amount') || ' and VAT of '
       || coalesce(amount_text(total.computed_vat_amount), 'an absurd amount')
FROM sale
JOIN sale_total AS total USING (position)
WHERE sale.is_to_book AND NOT total.is_explained OR sale.is_readable AND total.total_amount IS NULL
UNION ALL
SELECT sale.position, sale.line_number, sale.byte_start, sale.byte_end, 'instalments', 'sales_instalments_differ',
       amount_text(due.listed_amount), 'instalments above zero that add up to ' || amount_text(total.payable_amount)
FROM sale
JOIN sale_total AS total USING (position)
JOIN sale_due AS due ON due.position = sale.position AND due.instalment = 1
WHERE sale.is_to_book AND NOT due.is_agreed AND total.is_explained AND total.payable_amount >= 0
UNION ALL
SELECT sale.position, sale.line_number, sale.byte_start, sale.byte_end, 'due_date', 'sales_instalments_differ',
       CAST(sale.due_date AS VARCHAR), 'no due_date beside instalments, which have their own'
FROM sale
SEMI JOIN sales_due USING (position)
WHERE sale.is_readable AND sale.due_date IS NOT NULL
