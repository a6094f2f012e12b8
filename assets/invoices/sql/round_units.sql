-- Grain: none; makes a macro for amounts that are shared out or converted. Decimals are handled as whole numbers
-- (units of the fourth decimal), since dividing decimals would pass through a float. Invariant: half is rounded away
-- from zero; minor_unit is the currency's smallest amount in units (100 for cents).
CREATE OR REPLACE TEMP MACRO round_units(numerator, denominator, minor_unit) AS
    CAST(sign(numerator) * sign(denominator) AS HUGEINT)
    * ((2 * abs(numerator) + abs(denominator) * minor_unit) // (2 * abs(denominator) * minor_unit)) * minor_unit
