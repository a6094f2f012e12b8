-- Grain: one settlement to be written: a payment line that settles more than nothing. Inputs: matched_line,
-- currency_digits. The share of the posting in the company's currency is the whole of it for a line that is
-- applied as a whole; for a part it is in proportion, rounded half up to the minor unit. Whole numbers of
-- the fourth decimal are used for the proportion, since dividing decimals would pass through a float.
CREATE OR REPLACE TEMP TABLE new_settlement AS
WITH unit AS (
    SELECT matched.*, CAST(10 ** (4 - coalesce(digits.digits, 2)) AS HUGEINT) AS minor_unit
    FROM matched_line AS matched
    LEFT JOIN currency_digits AS digits ON digits.currency_code = matched.company_currency_code
    WHERE matched.applied_amount > 0
)
SELECT line_number, entry_id, entry_line_number, operation_date, item_id, settlement_flag, payment_amount, applied_amount, residual_before,
       residual_before - applied_amount AS residual_after,
       CASE WHEN applied_amount = payment_amount THEN abs(company_amount)
            WHEN payment_amount = abs(company_amount) THEN applied_amount
            ELSE CAST(
                (2 * CAST(CAST(abs(company_amount) AS DECIMAL(38,4)) * 10000 AS HUGEINT) * CAST(CAST(applied_amount AS DECIMAL(38,4)) * 10000 AS HUGEINT)
                 + CAST(CAST(payment_amount AS DECIMAL(38,4)) * 10000 AS HUGEINT) * minor_unit)
                // (2 * CAST(CAST(payment_amount AS DECIMAL(38,4)) * 10000 AS HUGEINT) * minor_unit) * minor_unit AS DECIMAL(38,0))
                * 0.0001
            END::DECIMAL(18,4) AS applied_company_amount
FROM unit
