-- Grain: one number of a document's supplier or customer by which it may be recognised, and of the supplier of a document that may be
-- the same. Inputs: doc, doc_candidate, identifier, identifier_scheme, right_tax_code, vat_number. is_strong: it identifies somebody; a
-- tax code with a wrong check digit does not, but may contradict. The column of tax codes holds Italian ones; those of other
-- countries have the scheme FC. Texts that are no number (the F-tax statement of Sweden has the scheme TAX), and numbers
-- without a known scheme, are no rows.
CREATE OR REPLACE TEMP TABLE doc_identifier AS
WITH side AS (
    SELECT document_id, file_number, position, 'supplier' AS party, format NOT IN ('UBL', 'CII') AS is_italian, supplier_country_code AS country_code,
           supplier_vat_number AS vat_number, supplier_tax_code AS tax_code
    FROM doc
    UNION ALL
    SELECT document_id, file_number, position, 'customer', format NOT IN ('UBL', 'CII'), customer_country_code, customer_vat_number, customer_tax_code FROM doc
), listed AS (
    SELECT side.document_id, side.party, coalesce(scheme.country_code, side.country_code) AS country_code, identifier.identifier AS written,
           side.is_italian, CASE WHEN identifier.role = 'vat' THEN 'vat' ELSE scheme.scheme_kind END AS scheme_kind, scheme.scheme_code, scheme.pattern,
           regexp_replace(upper(identifier.identifier), '[^A-Z0-9]', '', 'g') AS spelled, scheme.prefix
    FROM identifier
    JOIN side USING (file_number, position, party)
    LEFT JOIN identifier_scheme AS scheme ON scheme.spelling = upper(trim(identifier.scheme_code)) AND scheme.spelling NOT IN ('VAT', 'TAX')
    WHERE identifier.role = 'vat' OR scheme.scheme_kind IS NOT NULL
), registered AS (
    SELECT document_id, party, scheme_code, pattern, CASE WHEN prefix <> '' AND starts_with(spelled, prefix) THEN substr(spelled, length(prefix) + 1) ELSE spelled END AS spelled
    FROM listed WHERE scheme_kind = 'registration'
), taxed AS (
    SELECT document_id, party, is_italian OR coalesce(country_code, 'IT') = 'IT' AS is_italian, NULL AS country_code,
           regexp_replace(upper(tax_code), '[^A-Z0-9]', '', 'g') AS spelled
    FROM side
    UNION ALL
    SELECT document_id, party, coalesce(country_code, 'IT') = 'IT', country_code, spelled FROM listed WHERE scheme_kind = 'tax'
), said AS (
    SELECT side.document_id, side.party, 'VAT' AS scheme_code, known.identifier
    FROM side
    JOIN vat_number AS known ON known.written = side.vat_number AND known.country_code IS NOT DISTINCT FROM side.country_code
    UNION
    SELECT listed.document_id, listed.party, 'VAT', known.identifier
    FROM listed
    JOIN vat_number AS known ON known.written = listed.written AND known.country_code IS NOT DISTINCT FROM listed.country_code
    WHERE listed.scheme_kind = 'vat'
    UNION
    SELECT document_id, party, 'TAX', 'IT' || coalesce(nullif(regexp_extract(spelled, '^(?:IT)?([A-Z]{6}[A-Z0-9]{10})$', 1), ''),
                                                       CASE WHEN is_italian THEN nullif(regexp_extract(spelled, '^(?:IT)?([0-9]{11})$', 1), '') END)
    FROM taxed
    UNION
    SELECT document_id, party, 'TAX', CASE upper(country_code) WHEN 'XI' THEN 'GB' WHEN 'EL' THEN 'GR' ELSE upper(country_code) END || spelled
    FROM taxed
    WHERE NOT is_italian AND country_code IS NOT NULL AND NOT regexp_full_match(spelled, '(IT)?[A-Z]{6}[A-Z0-9]{10}')
      AND length(regexp_replace(spelled, '[^0-9]', '', 'g')) >= 3 AND length(regexp_replace(spelled, '[^0-9]', '', 'g')) * 2 + 1 >= length(spelled)
    UNION
    SELECT document_id, party, scheme_code, spelled
    FROM registered
    WHERE regexp_full_match(spelled, pattern) AND replace(spelled, left(spelled, 1), '') <> ''
)
SELECT said.document_id, said.party, doc.document_date, said.scheme_code, said.identifier,
       NOT (said.scheme_code = 'TAX' AND starts_with(said.identifier, 'IT')) OR tax.tax_code IS NOT NULL AS is_strong
FROM said
JOIN doc USING (document_id)
LEFT JOIN right_tax_code AS tax ON said.scheme_code = 'TAX' AND 'IT' || tax.tax_code = said.identifier
WHERE said.identifier IS NOT NULL
UNION ALL
SELECT document_id, 'supplier', document_date, split_part(part, ':', 1), split_part(part, ':', 2), true
FROM (SELECT document_id, document_date, unnest(string_split(supplier_identifiers, ' ')) AS part FROM doc_candidate WHERE supplier_identifiers <> '')
