-- Grain: one invoice, with the rate between its currency and its company's: 1 where they are the same, else the newest of the
-- ten days up to its date, null where there is none. rate_units are millionths; company_minor_unit is the smallest amount of the
-- company's currency. Inputs: sale, exchange_rate, currency_digits.
CREATE OR REPLACE TEMP TABLE sale_rate AS
SELECT sale.position,
       CASE WHEN sale.currency_code = sale.company_currency_code THEN CAST(1000000 AS HUGEINT)
            ELSE CAST(CAST(rate.exchange_rate AS DECIMAL(38,6)) * 1000000 AS HUGEINT) END AS rate_units,
       CAST(10 ** (4 - coalesce(digits.digits, 2)) AS HUGEINT) AS company_minor_unit
FROM sale
LEFT JOIN exchange_rate AS rate
       ON rate.currency_code = sale.currency_code AND rate.company_currency_code = sale.company_currency_code
      AND rate.rate_date BETWEEN sale.document_date - 10 AND sale.document_date
LEFT JOIN currency_digits AS digits ON digits.currency_code = sale.company_currency_code
QUALIFY row_number() OVER (PARTITION BY sale.position ORDER BY rate.rate_date DESC) = 1
