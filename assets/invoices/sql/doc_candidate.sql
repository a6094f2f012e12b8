-- Grain: one document in the ledger that may be the same as one of this delivery, or similar to it: registered, handled elsewhere
-- or refused, of the same year; or that stands beside one of this delivery as a corrected invoice: it is named by one, names one, or names
-- what one names. Inputs: doc, doc_number, doc_correction, ledger.document.
CREATE OR REPLACE TEMP TABLE doc_candidate AS
WITH asked AS (
    SELECT number.number_key, number.digit_key, CAST(year(doc.document_date) AS INTEGER) AS document_year
    FROM doc JOIN doc_number AS number USING (document_id)
), named AS (
    SELECT corrected_number AS number FROM doc_correction
    UNION
    SELECT identity_number FROM doc_number WHERE identity_number IS NOT NULL
)
SELECT document.*
FROM ledger.document AS document
WHERE document.status IN ('registered', 'handled', 'refused')
  AND ((document.number_key, year(document.document_date)) IN (SELECT number_key, document_year FROM asked)
       OR (document.digit_key, year(document.document_date)) IN (SELECT digit_key, document_year FROM asked)
       OR document.identity_number IN (SELECT corrected_number FROM doc_correction)
       OR document.corrected_numbers IS NOT NULL AND list_has_any(document.corrected_numbers, (SELECT list(number) FROM named)))
