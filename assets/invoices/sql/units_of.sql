-- Grain: none; makes the macro that turns an amount into units of the fourth decimal.
CREATE OR REPLACE TEMP MACRO units_of(amount) AS CAST(CAST(amount AS DECIMAL(38,4)) * 10000 AS HUGEINT)
