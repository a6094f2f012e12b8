-- Grain: one number by which a supplier or one of our companies is known, as documents are compared with it. Inputs: counterparty,
-- company, counterparty_identifier, identifier_scheme, vat_number. party: supplier | customer; dates are null where a number always counts. VAT and TAX numbers begin with their country. The number of an Italian company is both its VAT number and its
-- tax code; where the registry has one of the two and nobody else has it, it stands for the other.
CREATE OR REPLACE TEMP TABLE party_identifier AS
WITH owner AS (
    SELECT 'supplier' AS party, counterparty_code AS owner_code, country_code, vat_number,
           nullif(regexp_replace(upper(tax_code), '[^A-Z0-9]', '', 'g'), '') AS tax_code
    FROM counterparty WHERE counterparty_kind IN ('supplier', 'both')
    UNION ALL
    SELECT 'customer', company_code, country_code, vat_number, nullif(regexp_replace(upper(tax_code), '[^A-Z0-9]', '', 'g'), '')
    FROM company
), added AS (
    SELECT 'supplier' AS party, own.counterparty_code AS owner_code, scheme.scheme_code, scheme.scheme_kind, scheme.prefix,
           own.identifier AS written, regexp_replace(upper(own.identifier), '[^A-Z0-9]', '', 'g') AS spelled, own.valid_from_date, own.valid_to_date
    FROM counterparty_identifier AS own
    JOIN identifier_scheme AS scheme ON scheme.spelling = own.scheme_code
    JOIN owner ON owner.party = 'supplier' AND owner.owner_code = own.counterparty_code
), written AS (
    SELECT owner.party, owner.owner_code, 'VAT' AS scheme_code, known.identifier,
           CAST(NULL AS DATE) AS valid_from_date, CAST(NULL AS DATE) AS valid_to_date
    FROM owner
    JOIN vat_number AS known ON known.written = owner.vat_number AND known.country_code = owner.country_code
    UNION ALL
    SELECT added.party, added.owner_code, 'VAT', known.identifier, added.valid_from_date, added.valid_to_date
    FROM added
    JOIN vat_number AS known ON known.written = added.written AND known.country_code = left(upper(added.written), 2)
    WHERE added.scheme_kind = 'vat'
    UNION ALL
    SELECT party, owner_code, 'TAX', CASE WHEN regexp_full_match(tax_code, '(IT)?[A-Z]{6}[A-Z0-9]{10}') THEN 'IT' || right(tax_code, 16)
                                          WHEN regexp_full_match(tax_code, '(IT)?[0-9]{11}') AND country_code = 'IT' THEN 'IT' || right(tax_code, 11)
                                          ELSE country_code || tax_code END, NULL, NULL
    FROM owner
    UNION ALL
    SELECT party, owner_code, 'TAX', 'IT' || tax_code, NULL, NULL
    FROM owner WHERE country_code <> 'IT' AND regexp_full_match(tax_code, '[0-9]{11}')
    UNION ALL
    SELECT party, owner_code, scheme_code,
           CASE scheme_kind WHEN 'tax' THEN CASE WHEN regexp_full_match(spelled, '[0-9]{11}|[A-Z]{6}[A-Z0-9]{10}') THEN 'IT' || spelled ELSE spelled END
                            ELSE CASE WHEN prefix <> '' AND starts_with(spelled, prefix) THEN substr(spelled, length(prefix) + 1) ELSE spelled END END,
           valid_from_date, valid_to_date
    FROM added
    WHERE scheme_kind <> 'vat'
), counted AS (
    SELECT written.*, count(*) FILTER (scheme_code = 'VAT') OVER own AS vat_count, count(*) FILTER (scheme_code = 'TAX') OVER own AS tax_count,
           min(owner_code) OVER same_number AS first_code, max(owner_code) OVER same_number AS last_code
    FROM written
    WHERE identifier IS NOT NULL
    WINDOW own AS (PARTITION BY party, owner_code), same_number AS (PARTITION BY party, identifier)
)
SELECT party, owner_code, scheme_code, identifier, valid_from_date, valid_to_date FROM counted
UNION ALL
SELECT party, owner_code, CASE scheme_code WHEN 'VAT' THEN 'TAX' ELSE 'VAT' END, identifier, valid_from_date, valid_to_date
FROM counted
WHERE scheme_code IN ('VAT', 'TAX') AND (vat_count = 0 OR tax_count = 0) AND first_code = last_code AND regexp_full_match(identifier, 'IT[0-9]{11}')
