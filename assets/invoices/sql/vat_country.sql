-- The country by which a VAT number is compared: Northern Ireland and Great Britain are one, and so are the two prefixes of
-- Greece. What VAT is due follows the prefix as it was written, and not this.
CREATE OR REPLACE TEMP MACRO vat_country(country) AS CASE upper(country) WHEN 'XI' THEN 'GB' WHEN 'EL' THEN 'GR' ELSE upper(country) END
