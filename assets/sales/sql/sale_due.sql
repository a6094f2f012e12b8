-- Grain: one instalment of an invoice, by due date. Inputs: sale, sales_due, sale_total. Without instalments all of it is due on
-- the due date, else on the date of the document. is_agreed: they add up to what is payable, but for the tolerance, which the last
-- takes.
CREATE OR REPLACE TEMP TABLE sale_due AS
WITH given AS (
    SELECT due.position, due.ordinal, TRY_CAST(due.due_date AS DATE) AS due_date, TRY_CAST(due.amount AS DECIMAL(16,4)) AS amount
    FROM sales_due AS due
    JOIN sale USING (position)
    WHERE sale.is_readable
), listed AS (
    SELECT * FROM given
    UNION ALL
    SELECT sale.position, 1, coalesce(sale.due_date, sale.document_date), total.payable_amount
    FROM sale
    JOIN sale_total AS total USING (position)
    ANTI JOIN given USING (position)
), summed AS (
    SELECT listed.*, total.payable_amount, sale.tolerance, sum(listed.amount) OVER same_sale AS listed_amount,
           min(listed.amount) OVER same_sale AS smallest_amount,
           row_number() OVER (PARTITION BY listed.position ORDER BY listed.due_date, listed.ordinal) AS instalment,
           count(*) OVER same_sale AS instalment_count
    FROM listed
    JOIN sale_total AS total USING (position)
    JOIN sale USING (position)
    WINDOW same_sale AS (PARTITION BY listed.position)
)
SELECT position, CAST(instalment AS INTEGER) AS instalment, CAST(instalment_count AS INTEGER) AS instalment_count, due_date,
       CAST(amount + CASE WHEN instalment = instalment_count THEN payable_amount - listed_amount ELSE 0 END AS DECIMAL(18,4)) AS amount,
       CAST(listed_amount AS DECIMAL(38,4)) AS listed_amount,
       coalesce(abs(payable_amount - listed_amount) <= tolerance AND (smallest_amount > 0 OR payable_amount <= 0), false) AS is_agreed
FROM summed
