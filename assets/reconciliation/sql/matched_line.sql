-- Grain: one payment line with what it settles. Lines on one item are applied in the order of the file, and
-- never below zero: applied_amount is at most what the lines before left (D14). Input: payment_line.
CREATE OR REPLACE TEMP TABLE matched_line AS
WITH ordered AS (
    SELECT *,
           coalesce(sum(payment_amount) OVER (
               PARTITION BY item_id ORDER BY line_number
               ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) AS paid_by_lines_before
    FROM payment_line
    WHERE unlinked_reason IS NULL
)
SELECT line_number, entry_id, entry_line_number, operation_date, company_code, account_code, open_item_key,
       settlement_flag, currency_code, currency_amount, company_currency_code, company_amount, item_id, payment_amount,
       greatest(residual_before_file - paid_by_lines_before, 0) AS residual_before,
       least(payment_amount, greatest(residual_before_file - paid_by_lines_before, 0)) AS applied_amount
FROM ordered
