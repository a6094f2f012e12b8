-- Grain: one counterparty that sells, with its numbers as documents spell them: capitals, no signs, no country
-- before the VAT number. Input: counterparty. The IBAN has no blanks.
CREATE OR REPLACE TEMP TABLE supplier AS
SELECT counterparty_code, counterparty_name, country_code,
       CASE WHEN starts_with(number, country_code) THEN substr(number, 3) ELSE number END AS vat_number,
       tax_code, iban
FROM (
    SELECT counterparty_code, counterparty_name, country_code,
           regexp_replace(upper(vat_number), '[^A-Z0-9]', '', 'g') AS number,
           regexp_replace(upper(tax_code), '[^A-Z0-9]', '', 'g') AS tax_code,
           regexp_replace(upper(iban), '[^A-Z0-9]', '', 'g') AS iban
    FROM counterparty
    WHERE counterparty_kind IN ('supplier', 'both')
)
