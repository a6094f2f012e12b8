-- Grain: one VAT number as it is written somewhere, with the country beside it, and as it is compared: with its country before it.
-- Inputs: counterparty, company, counterparty_identifier, identifier_scheme, doc, identifier. The prefix of the number counts
-- before the country beside it; Northern Ireland and Great Britain are one, and so are the two prefixes of Greece (what VAT is
-- due follows the prefix as it was written, and not this). The letters with which a French number may begin are no prefix
-- of another country; elsewhere those of another country are one where VAT numbers have prefixes, or where nothing but
-- digits follows. A prefix that stands twice is one; words behind numbers of Switzerland and Norway say nothing. No row has what is no
-- number: fewer than three digits, two letters more than digits, one digit all through (99999999999 stands for none), no country.
CREATE OR REPLACE TEMP TABLE vat_number AS
WITH written AS (
    SELECT country_code, vat_number AS written FROM counterparty WHERE counterparty_kind IN ('supplier', 'both')
    UNION
    SELECT country_code, vat_number FROM company
    UNION
    SELECT left(upper(identifier), 2), identifier FROM counterparty_identifier WHERE scheme_code = 'VAT'
    UNION
    SELECT supplier_country_code, supplier_vat_number FROM doc
    UNION
    SELECT customer_country_code, customer_vat_number FROM doc
    UNION
    SELECT coalesce(scheme.country_code, CASE identifier.party WHEN 'supplier' THEN doc.supplier_country_code ELSE doc.customer_country_code END), identifier.identifier
    FROM identifier
    JOIN doc USING (file_number, position)
    LEFT JOIN identifier_scheme AS scheme ON scheme.spelling = upper(trim(identifier.scheme_code)) AND scheme.spelling NOT IN ('VAT', 'TAX')
    WHERE identifier.role = 'vat' OR scheme.scheme_kind = 'vat'
), spelled AS (
    SELECT country_code, written, regexp_replace(upper(written), '[^A-Z0-9]', '', 'g') AS spelled,
           CASE upper(country_code) WHEN 'XI' THEN 'GB' WHEN 'EL' THEN 'GR' ELSE upper(country_code) END AS country
    FROM written
    WHERE written IS NOT NULL
), prefixed AS (
    SELECT *, CASE left(spelled, 2) WHEN 'XI' THEN 'GB' WHEN 'EL' THEN 'GR' ELSE left(spelled, 2) END AS own_country,
           left(spelled, 2) IN ('AT', 'BE', 'BG', 'CH', 'CY', 'CZ', 'DE', 'DK', 'EE', 'EL', 'ES', 'FI', 'FR', 'GB', 'GR', 'HR', 'HU', 'IE', 'IT', 'LI',
                                'LT', 'LU', 'LV', 'MT', 'NL', 'NO', 'PL', 'PT', 'RO', 'SE', 'SI', 'SK', 'SM', 'XI') AS is_like_a_prefix,
           country IN ('AT', 'BE', 'BG', 'CH', 'CY', 'CZ', 'DE', 'DK', 'EE', 'ES', 'FI', 'GB', 'GR', 'HR', 'HU', 'IE', 'IT', 'LI', 'LT', 'LU', 'LV',
                       'MT', 'NL', 'NO', 'PL', 'PT', 'RO', 'SE', 'SI', 'SK', 'SM') AS has_prefixes
    FROM spelled
), taken AS (
    SELECT *, coalesce(own_country = country, false)
              OR is_like_a_prefix AND (country IS NULL OR has_prefixes
                                       OR country NOT IN ('FR', 'MC') AND regexp_full_match(substr(spelled, 3), '[0-9]+')) AS is_prefix
    FROM prefixed
), bare AS (
    SELECT country_code, written, CASE WHEN is_prefix THEN own_country ELSE country END AS country,
           CASE WHEN NOT is_prefix THEN spelled
                WHEN left(spelled, 2) = substr(spelled, 3, 2) AND length(spelled) >= 12 THEN substr(spelled, 5)
                ELSE substr(spelled, 3) END AS number
    FROM taken
), cut AS (
    SELECT * REPLACE (CASE country WHEN 'CH' THEN regexp_replace(number, '^(CH)?E|(IVA|MWST|TVA|TPV)$', '', 'g')
                                   WHEN 'NO' THEN regexp_replace(number, 'MVA$', '') ELSE number END AS number)
    FROM bare
), counted AS (
    SELECT *, regexp_replace(number, '[^0-9]', '', 'g') AS digits FROM cut
)
SELECT country_code, written, country || number AS identifier
FROM counted
WHERE length(country) = 2 AND length(digits) >= 3 AND length(digits) * 2 + 1 >= length(number) AND replace(digits, left(digits, 1), '') <> ''
