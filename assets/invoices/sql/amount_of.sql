-- Grain: none; makes the macro that turns units of the fourth decimal into an amount.
CREATE OR REPLACE TEMP MACRO amount_of(units) AS CAST(CAST(units AS DECIMAL(34,0)) * 0.0001 AS DECIMAL(18,4))
