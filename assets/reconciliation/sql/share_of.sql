-- The share of a total that a part of a whole has: exact, rounded half up to the minor unit (ten-thousandths of the
-- currency's unit). None of the amounts is below zero, the whole is above. Whole numbers of the fourth decimal are
-- used for the proportion, since dividing decimals would pass through a float.
CREATE OR REPLACE TEMP MACRO share_of(total, part, whole, minor_unit) AS CAST(CAST(
    (2 * CAST(CAST(total AS DECIMAL(38,4)) * 10000 AS HUGEINT) * CAST(CAST(part AS DECIMAL(38,4)) * 10000 AS HUGEINT)
     + CAST(CAST(whole AS DECIMAL(38,4)) * 10000 AS HUGEINT) * minor_unit)
    // (2 * CAST(CAST(whole AS DECIMAL(38,4)) * 10000 AS HUGEINT) * minor_unit) * minor_unit AS DECIMAL(38,0))
    * 0.0001 AS DECIMAL(18,4))
