-- Grain: one number by which a supplier or one of our companies is known, as documents are compared with it. Inputs:
-- counterparty, company, counterparty_identifier, identifier_scheme. party: supplier | customer; dates are null where a number
-- always counts. VAT and TAX numbers begin with their country. The number of an Italian company is both its VAT number and its
-- tax code; where the registry has one of the two and nobody else has it, it stands for the other.
CREATE OR REPLACE TEMP TABLE party_identifier AS
WITH owner AS (
    SELECT 'supplier' AS party, counterparty_code AS owner_code, vat_country(country_code) AS country_code,
           nullif(regexp_replace(upper(vat_number), '[^A-Z0-9]', '', 'g'), '') AS vat_number,
           nullif(regexp_replace(upper(tax_code), '[^A-Z0-9]', '', 'g'), '') AS tax_code
    FROM counterparty WHERE counterparty_kind IN ('supplier', 'both')
    UNION ALL
    SELECT 'customer', company_code, vat_country(country_code), nullif(regexp_replace(upper(vat_number), '[^A-Z0-9]', '', 'g'), ''),
           nullif(regexp_replace(upper(tax_code), '[^A-Z0-9]', '', 'g'), '')
    FROM company
), added AS (
    SELECT 'supplier' AS party, own.counterparty_code AS owner_code, scheme.scheme_code, scheme.scheme_kind, scheme.prefix,
           regexp_replace(upper(own.identifier), '[^A-Z0-9]', '', 'g') AS spelled, own.valid_from_date, own.valid_to_date
    FROM counterparty_identifier AS own
    JOIN identifier_scheme AS scheme ON scheme.spelling = own.scheme_code
    JOIN owner ON owner.party = 'supplier' AND owner.owner_code = own.counterparty_code
), written AS (
    SELECT party, owner_code, 'VAT' AS scheme_code, vat_identifier(country_code, vat_number) AS identifier,
           CAST(NULL AS DATE) AS valid_from_date, CAST(NULL AS DATE) AS valid_to_date
    FROM owner
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
           CASE scheme_kind WHEN 'vat' THEN vat_identifier(left(spelled, 2), spelled)
                            WHEN 'tax' THEN CASE WHEN regexp_full_match(spelled, '[0-9]{11}|[A-Z]{6}[A-Z0-9]{10}') THEN 'IT' || spelled ELSE spelled END
                            ELSE CASE WHEN prefix <> '' AND starts_with(spelled, prefix) THEN substr(spelled, length(prefix) + 1) ELSE spelled END END,
           valid_from_date, valid_to_date
    FROM added
)
SELECT party, owner_code, scheme_code, identifier, valid_from_date, valid_to_date FROM written WHERE identifier IS NOT NULL
UNION ALL
SELECT party, owner_code, CASE scheme_code WHEN 'VAT' THEN 'TAX' ELSE 'VAT' END, identifier, valid_from_date, valid_to_date
FROM written AS single
WHERE scheme_code IN ('VAT', 'TAX') AND regexp_full_match(identifier, 'IT[0-9]{11}')
  AND NOT EXISTS (SELECT 1 FROM written AS other
                  WHERE other.party = single.party AND other.owner_code = single.owner_code AND other.identifier IS NOT NULL
                    AND other.scheme_code = CASE single.scheme_code WHEN 'VAT' THEN 'TAX' ELSE 'VAT' END)
  AND NOT EXISTS (SELECT 1 FROM written AS shared
                  WHERE shared.party = single.party AND shared.owner_code <> single.owner_code AND shared.identifier = single.identifier)
