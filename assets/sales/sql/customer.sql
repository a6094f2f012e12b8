-- Grain: one counterparty that buys, with its numbers as documents spell them: capitals, no signs, no country before
-- the VAT number (EL for GR). Input: counterparty.
CREATE OR REPLACE TEMP TABLE customer AS
SELECT counterparty_code, counterparty_name, country_code,
       CASE WHEN starts_with(number, country_code) OR country_code = 'GR' AND starts_with(number, 'EL') THEN substr(number, 3) ELSE number END AS vat_number, tax_code
FROM (
    SELECT counterparty_code, counterparty_name, country_code,
           regexp_replace(upper(vat_number), '[^A-Z0-9]', '', 'g') AS number,
           regexp_replace(upper(tax_code), '[^A-Z0-9]', '', 'g') AS tax_code
    FROM counterparty
    WHERE counterparty_kind IN ('customer', 'both')
)
