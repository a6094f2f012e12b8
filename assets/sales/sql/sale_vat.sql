-- Grain: one VAT rate and nature of an invoice: what its lines add up to, and their VAT, rounded half up. Inputs: sale_row,
-- sale_row_rule, sale. is_largest marks the one that takes what the file's own VAT amount differs by.
CREATE OR REPLACE TEMP TABLE sale_vat AS
WITH base AS (
    SELECT line.position, line.vat_rate, line.vat_nature, min(line.ordinal) AS ordinal,
           CAST(sum(line.net_amount) AS DECIMAL(38,4)) AS base_amount,
           count(DISTINCT rule.vat_account_code) AS vat_account_count, min(rule.vat_account_code) AS vat_account_code,
           any_value(line.minor_unit) AS minor_unit
    FROM sale_row AS line
    JOIN sale_row_rule AS rule USING (position, ordinal)
    GROUP BY line.position, line.vat_rate, line.vat_nature
)
SELECT position, vat_rate, vat_nature, ordinal, base_amount, vat_account_count, vat_account_code,
       CAST(CAST(round_units(units_of(base_amount) * units_of(vat_rate), CAST(1000000 AS HUGEINT), minor_unit) AS DECIMAL(34,0)) * 0.0001 AS DECIMAL(38,4)) AS computed_amount,
       row_number() OVER (PARTITION BY position ORDER BY vat_rate = 0, abs(base_amount) DESC, ordinal) = 1 AS is_largest
FROM base
