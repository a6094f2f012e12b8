-- Grain: one number of counterparty_identifiers.csv that another counterparty has at the same time, or whose last day is before its
-- first. Inputs: counterparty_identifier, counterparty, identifier_scheme. Only a VAT number may be that of several: the members of a VAT group
-- share one, and their tax codes tell them apart.
WITH own AS (
    SELECT written.* REPLACE (CASE WHEN prefix <> '' AND starts_with(spelled, prefix) THEN substr(spelled, length(prefix) + 1) ELSE spelled END AS spelled)
    FROM (SELECT own.*, regexp_replace(upper(own.identifier), '[^A-Z0-9]', '', 'g') AS spelled,
                 CASE WHEN scheme.scheme_code = 'TAX' THEN 'IT' ELSE scheme.prefix END AS prefix
          FROM counterparty_identifier AS own
          JOIN identifier_scheme AS scheme ON scheme.spelling = own.scheme_code) AS written
), known AS (
    SELECT counterparty_code, scheme_code, spelled, valid_from, valid_to, 'line ' || line_number AS place FROM own
    UNION ALL
    SELECT counterparty_code, 'TAX', regexp_replace(regexp_replace(upper(tax_code), '[^A-Z0-9]', '', 'g'), '^IT', ''), NULL, NULL, 'counterparties.csv'
    FROM counterparty
)
SELECT 'counterparty_identifiers.csv' AS file_name, own.line_number, 'identifier' AS field, 'reference_value_invalid' AS finding_code,
       own.identifier AS raw_value,
       'a number of one counterparty: ' || min(known.counterparty_code) || ' has it too (' || min_by(known.place, known.counterparty_code) || ')' AS expected
FROM own
JOIN known ON known.scheme_code = own.scheme_code AND known.spelled = own.spelled AND known.counterparty_code <> own.counterparty_code
 AND coalesce(known.valid_from, '0001-01-01') <= coalesce(own.valid_to, '9999-12-31')
 AND coalesce(own.valid_from, '0001-01-01') <= coalesce(known.valid_to, '9999-12-31')
WHERE own.scheme_code <> 'VAT'
GROUP BY own.line_number, own.identifier
UNION ALL
SELECT 'counterparty_identifiers.csv', line_number, 'valid_to', 'reference_value_invalid', valid_to, 'a day on or after valid_from, ' || valid_from
FROM counterparty_identifier
WHERE valid_to < valid_from
ORDER BY file_name, line_number, field
