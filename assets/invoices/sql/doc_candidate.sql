-- Grain: one document in the ledger that may be the same as one of this delivery, or similar to it: registered, handled elsewhere
-- or refused, of the same year. Inputs: doc, doc_number, ledger.document.
CREATE OR REPLACE TEMP TABLE doc_candidate AS
WITH asked AS (
    SELECT number.number_key, number.digit_key, CAST(year(doc.document_date) AS INTEGER) AS document_year
    FROM doc JOIN doc_number AS number USING (document_id)
)
SELECT document.*
FROM ledger.document AS document
WHERE document.status IN ('registered', 'handled', 'refused')
  AND ((document.number_key, year(document.document_date)) IN (SELECT number_key, document_year FROM asked)
       OR (document.digit_key, year(document.document_date)) IN (SELECT digit_key, document_year FROM asked))
