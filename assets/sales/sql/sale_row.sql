-- Grain: one line of an invoice that can be read, typed. Inputs: sales_row, sale. computed_amount is quantity x unit_price,
-- rounded half up to the currency's smallest amount; net_amount is what the file says, else that. place_of_field is what stands
-- before the names of fields: nothing where the line is a row of its own.
CREATE OR REPLACE TEMP TABLE sale_row AS
WITH typed AS (
    SELECT line.position, line.ordinal, line.line_number, line.byte_start, line.byte_end,
           CASE WHEN line.byte_start IS NULL THEN 'lines[' || line.ordinal || '].' ELSE '' END AS place_of_field,
           line.description, TRY_CAST(line.net_amount AS DECIMAL(18,4)) AS given_amount,
           CAST(line.vat_rate AS DECIMAL(9,4)) AS vat_rate, line.vat_nature,
           line.account_code AS given_account_code, line.vat_code AS given_vat_code,
           CAST(TRY_CAST(line.quantity AS DECIMAL(38,8)) * 100000000 AS HUGEINT)
           * CAST(TRY_CAST(line.unit_price AS DECIMAL(38,8)) * 100000000 AS HUGEINT) AS price_units, sale.minor_unit
    FROM sales_row AS line
    JOIN sale USING (position)
    WHERE sale.is_readable
), computed AS (
    SELECT *, TRY_CAST(CAST(round_units(price_units, CAST(1000000000000 AS HUGEINT), minor_unit) AS DECIMAL(34,0)) * 0.0001 AS DECIMAL(18,4)) AS computed_amount
    FROM typed
)
SELECT * EXCLUDE (price_units), coalesce(given_amount, computed_amount) AS net_amount
FROM computed
