-- Grain: one settlement to be written: a payment line that settles more than nothing. Inputs: matched_line,
-- currency_digits. applied_company_amount, the share of the posting in the company's currency, is the whole of it for
-- a line that is applied as a whole; for a part it is in proportion, rounded half up to the minor unit.
-- settled_company_amount is the share of the item: the same, but where an exchange difference is booked.
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
            ELSE share_of(abs(company_amount), applied_amount, payment_amount, minor_unit)
            END::DECIMAL(18,4) AS applied_company_amount,
       applied_company_amount AS settled_company_amount,
       currency_code <> company_currency_code AS is_foreign
FROM unit
