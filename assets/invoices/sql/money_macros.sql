-- Grain: none; makes the macros with which amounts are shared out and converted. Decimals are handled as
-- whole numbers (units of the fourth decimal), since dividing decimals would pass through a float. Invariant:
-- half is rounded away from zero; minor_unit is the currency's smallest amount in units (100 for cents).
CREATE OR REPLACE TEMP MACRO round_units(numerator, denominator, minor_unit) AS
    CAST(sign(numerator) * ((2 * abs(numerator) + abs(denominator) * minor_unit)
                            // (2 * abs(denominator) * minor_unit)) * minor_unit * sign(denominator) AS HUGEINT),
                              units_of(amount) AS CAST(CAST(amount AS DECIMAL(38,4)) * 10000 AS HUGEINT),
                              amount_of(units) AS CAST(CAST(units AS DECIMAL(34,0)) * 0.0001 AS DECIMAL(18,4))
