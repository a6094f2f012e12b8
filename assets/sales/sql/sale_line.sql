-- Grain: one line of an invoice as it is kept: the lines add up to the net amount, since the largest one takes what is within
-- the tolerance. Inputs: sale_row, sale_row_rule, sale_total.
CREATE OR REPLACE TEMP TABLE sale_line AS
SELECT line.position, line.ordinal, line.description,
       CAST(line.net_amount + CASE WHEN row_number() OVER (PARTITION BY line.position ORDER BY abs(line.net_amount) DESC, line.ordinal) = 1
                                        AND total.is_explained
                                   THEN total.net_difference_amount ELSE 0 END AS DECIMAL(18,4)) AS net_amount,
       line.vat_rate, line.vat_nature, rule.account_code, rule.vat_code, rule.rule_code
FROM sale_row AS line
JOIN sale_row_rule AS rule USING (position, ordinal)
JOIN sale_total AS total USING (position)
