-- Grain: one document with its type as its own format names it, and what becomes of a document of that type; treatment is null
-- for a type that is not listed. Inputs: doc, known_document_type (document_types.csv). A document of UBL without a type is the
-- usual invoice or credit note.
CREATE OR REPLACE TEMP TABLE doc_type AS
WITH named AS (
    SELECT document_id, CASE WHEN format IN ('UBL', 'CII') THEN 'en16931' ELSE 'fatturapa' END AS syntax,
           CASE WHEN format NOT IN ('UBL', 'CII') THEN document_type
                ELSE coalesce(type_code, CASE WHEN is_credit_note THEN '381' ELSE '380' END) END AS type_code
    FROM doc
)
SELECT named.document_id, named.type_code, kind.treatment, kind.description
FROM named
LEFT JOIN known_document_type AS kind USING (syntax, type_code)
