-- Grain: one document in the ledger that may be the same as one of this delivery, or similar to it: registered, handled elsewhere
-- or refused, of the same year; or that is a corrected invoice, or the one that a corrected one of this delivery names. Inputs: doc,
-- doc_type, doc_number, document_reference, ledger.document.
CREATE OR REPLACE TEMP TABLE doc_candidate AS
WITH asked AS (
    SELECT number.number_key, number.digit_key, CAST(year(doc.document_date) AS INTEGER) AS document_year
    FROM doc JOIN doc_number AS number USING (document_id)
), corrected AS (
    SELECT identity_number_of(named.number) AS identity_number
    FROM doc
    JOIN doc_type AS kind ON kind.document_id = doc.document_id AND kind.treatment = 'corrected'
    JOIN document_reference AS named ON named.file_number = doc.file_number AND named.position = doc.position AND named.kind = 'invoice'
)
SELECT document.*
FROM ledger.document AS document
WHERE document.status IN ('registered', 'handled', 'refused')
  AND ((document.number_key, year(document.document_date)) IN (SELECT number_key, document_year FROM asked)
       OR (document.digit_key, year(document.document_date)) IN (SELECT digit_key, document_year FROM asked)
       OR document.corrected_number IS NOT NULL
       OR document.identity_number IN (SELECT identity_number FROM corrected WHERE identity_number IS NOT NULL))
