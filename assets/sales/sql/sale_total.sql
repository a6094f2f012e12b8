-- Grain: one invoice that can be read, with its amounts in its currency, each positive for what it is for, and the convention
-- that explains them. Inputs: sale, sale_row, sale_vat. VAT and total are those of the file where it names them, net is what is
-- between them; payable_amount is what the customer is asked, the total with what it was rounded by; is_explained: both differ from lines and rates by no more than the tolerance (or a cent a line, since lines may
-- be rounded one by one). An absurd sum is null and explained by nothing.
CREATE OR REPLACE TEMP TABLE sale_total AS
WITH rows AS (
    SELECT position, TRY_CAST(sum(net_amount) AS DECIMAL(16,4)) AS row_amount, count(*) AS row_count,
           count(*) FILTER (net_amount IS NULL) AS missing_count
    FROM sale_row GROUP BY position
), vat AS (
    SELECT position, TRY_CAST(sum(computed_amount) AS DECIMAL(16,4)) AS computed_vat_amount FROM sale_vat GROUP BY position
), summed AS (
    SELECT sale.position, sale.payable_rounding_amount, rows.row_amount, rows.row_count, vat.computed_vat_amount,
           coalesce(sale.given_vat_amount, vat.computed_vat_amount) AS vat_amount,
           coalesce(sale.given_total_amount, rows.row_amount + coalesce(sale.given_vat_amount, vat.computed_vat_amount)) AS total_amount,
           greatest(sale.tolerance, 0.01 * rows.row_count) AS tolerance
    FROM sale
    JOIN rows USING (position)
    JOIN vat USING (position)
    WHERE rows.missing_count = 0
)
SELECT position, row_count, row_amount, computed_vat_amount, CAST(total_amount - vat_amount AS DECIMAL(18,4)) AS net_amount,
       CAST(vat_amount AS DECIMAL(18,4)) AS vat_amount, CAST(total_amount AS DECIMAL(18,4)) AS total_amount,
       CAST(payable_rounding_amount AS DECIMAL(18,4)) AS payable_rounding_amount,
       CAST(total_amount + payable_rounding_amount AS DECIMAL(18,4)) AS payable_amount,
       CAST(total_amount - vat_amount - row_amount AS DECIMAL(18,4)) AS net_difference_amount,
       CAST(vat_amount - computed_vat_amount AS DECIMAL(18,4)) AS vat_difference_amount,
       coalesce(abs(vat_amount - computed_vat_amount) <= tolerance AND abs(total_amount - vat_amount - row_amount) <= tolerance, false) AS is_explained,
       'lines and VAT' || concat(CASE WHEN vat_amount <> computed_vat_amount THEN ', VAT rounded otherwise' END,
                                 CASE WHEN total_amount - vat_amount <> row_amount THEN ', within the tolerance' END) AS total_convention
FROM summed
