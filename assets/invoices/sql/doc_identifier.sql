-- Grain: one number of a document's supplier or customer by which it may be recognised, and of the supplier of a document that may be
-- the same. Inputs: doc, doc_candidate, identifier, identifier_scheme, right_tax_code. is_strong: it identifies somebody; a
-- tax code with a wrong check digit does not, but may contradict. The column of tax codes holds Italian ones; those of other
-- countries have the scheme FC. Texts that are no number (the F-tax statement of Sweden has the scheme TAX), and numbers
-- without a known scheme, are no rows.
CREATE OR REPLACE TEMP TABLE doc_identifier AS
WITH side AS (
    SELECT document_id, 'supplier' AS party, document_date, format NOT IN ('UBL', 'CII') AS is_italian, supplier_country_code AS country_code,
           supplier_vat_number AS vat_number, supplier_tax_code AS tax_code
    FROM doc
    UNION ALL
    SELECT document_id, 'customer', document_date, format NOT IN ('UBL', 'CII'), customer_country_code, customer_vat_number, customer_tax_code FROM doc
), said AS (
    SELECT document_id, party, document_date, is_italian, country_code, 'vat' AS scheme_kind, 'VAT' AS scheme_code, vat_number AS written, NULL AS pattern, '' AS prefix
    FROM side
    UNION ALL
    SELECT document_id, party, document_date, true, country_code, 'tax', 'TAX', tax_code, NULL, ''
    FROM side WHERE is_italian OR coalesce(country_code, 'IT') = 'IT' OR length(tax_code) >= 16
    UNION ALL
    SELECT side.document_id, side.party, side.document_date, side.is_italian, coalesce(scheme.country_code, side.country_code), scheme.scheme_kind,
           CASE scheme.scheme_kind WHEN 'vat' THEN 'VAT' WHEN 'tax' THEN 'TAX' ELSE scheme.scheme_code END, identifier.identifier, scheme.pattern, scheme.prefix
    FROM side
    JOIN doc USING (document_id)
    JOIN identifier ON identifier.file_number = doc.file_number AND identifier.position = doc.position AND identifier.party = side.party
    JOIN identifier_scheme AS scheme
      ON scheme.spelling = CASE WHEN identifier.role = 'vat' THEN 'VAT' ELSE upper(trim(identifier.scheme_code)) END
     AND (identifier.role = 'vat' OR scheme.spelling NOT IN ('VAT', 'TAX'))
), spelled AS (
    SELECT * REPLACE (CASE WHEN prefix <> '' AND starts_with(plain, prefix) THEN substr(plain, length(prefix) + 1) ELSE plain END AS plain)
    FROM (SELECT said.*, nullif(regexp_replace(upper(written), '[^A-Z0-9]', '', 'g'), '') AS plain FROM said)
), judged AS (
    SELECT document_id, party, document_date, scheme_code,
           CASE scheme_kind
                WHEN 'vat' THEN vat_identifier(country_code, plain)
                WHEN 'registration' THEN CASE WHEN regexp_full_match(plain, pattern) THEN number_of_registration END
                ELSE CASE WHEN is_italian_code THEN 'IT' || right(plain, CASE WHEN regexp_full_match(right(plain, 11), '[0-9]{11}') THEN 11 ELSE 16 END)
                          WHEN is_foreign_tax THEN vat_country(country_code) || number_of(plain) END END AS identifier,
           scheme_kind, plain
    FROM (
        SELECT spelled.*, CASE WHEN length(replace(plain, left(plain, 1), '')) > 0 THEN plain END AS number_of_registration,
               regexp_full_match(plain, '(IT)?[A-Z]{6}[A-Z0-9]{10}')
               OR regexp_full_match(plain, '(IT)?[0-9]{11}') AND (is_italian OR coalesce(country_code, 'IT') = 'IT') AS is_italian_code,
               NOT is_italian AND country_code <> 'IT' AS is_foreign_tax
        FROM spelled
        WHERE plain IS NOT NULL
    )
)
SELECT DISTINCT judged.document_id, judged.party, judged.document_date, judged.scheme_code, judged.identifier,
       NOT (judged.scheme_code = 'TAX' AND starts_with(judged.identifier, 'IT')) OR right_tax_code.tax_code IS NOT NULL AS is_strong
FROM judged
LEFT JOIN right_tax_code ON judged.scheme_code = 'TAX' AND 'IT' || right_tax_code.tax_code = judged.identifier
WHERE judged.identifier IS NOT NULL
UNION ALL
SELECT document_id, 'supplier', document_date, split_part(part, ':', 1), split_part(part, ':', 2), true
FROM (SELECT document_id, document_date, unnest(string_split(supplier_identifiers, ' ')) AS part FROM doc_candidate WHERE supplier_identifiers <> '')
