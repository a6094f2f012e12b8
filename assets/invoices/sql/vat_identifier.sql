-- A VAT number with its country, as it is compared: the prefix of the number counts before the country beside it. Null without
-- a country, or if the text is no number. The letters with which a French number may begin are no prefix of another country;
-- elsewhere those of another country are one where VAT numbers have prefixes, or where nothing but digits follows. `spelled` is in capitals and
-- digits; a prefix that stands twice is one.
CREATE OR REPLACE TEMP MACRO vat_identifier(country, spelled) AS
    CASE WHEN vat_country(left(spelled, 2)) = vat_country(country)
           OR left(spelled, 2) IN ('AT', 'BE', 'BG', 'CH', 'CY', 'CZ', 'DE', 'DK', 'EE', 'EL', 'ES', 'FI', 'FR', 'GB', 'GR', 'HR', 'HU', 'IE', 'IT',
                                   'LI', 'LT', 'LU', 'LV', 'MT', 'NL', 'NO', 'PL', 'PT', 'RO', 'SE', 'SI', 'SK', 'SM', 'XI')
          AND (country IS NULL
               OR vat_country(country) NOT IN ('FR', 'MC')
                  AND (vat_country(country) IN ('AT', 'BE', 'BG', 'CH', 'CY', 'CZ', 'DE', 'DK', 'EE', 'ES', 'FI', 'GB', 'GR', 'HR', 'HU', 'IE', 'IT',
                                                'LI', 'LT', 'LU', 'LV', 'MT', 'NL', 'NO', 'PL', 'PT', 'RO', 'SE', 'SI', 'SK', 'SM')
                       OR regexp_full_match(substr(spelled, 3), '[0-9]+')))
         THEN vat_country(left(spelled, 2))
              || vat_bare(vat_country(left(spelled, 2)),
                          CASE WHEN left(spelled, 2) = substr(spelled, 3, 2) AND length(spelled) >= 12 THEN substr(spelled, 5) ELSE substr(spelled, 3) END)
         ELSE vat_country(country) || vat_bare(vat_country(country), spelled) END
