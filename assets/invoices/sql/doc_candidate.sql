-- Grain: one document in the ledger that may be the same as one of this delivery, or similar to it: registered, handled elsewhere
-- or refused, of the same year; or that stands beside one of this delivery as a corrected invoice: it is named by one, names one, or names
-- what one names. And one of which a person said that it is the same as such a document (stands_for), which is there then, too: what
-- has its number is compared with that. Inputs: doc, doc_number, doc_correction, question_kind, ledger.document, ledger.document_answer.
CREATE OR REPLACE TEMP TABLE doc_candidate AS
WITH RECURSIVE asked AS (
    SELECT number.number_key, number.digit_key, CAST(year(doc.document_date) AS INTEGER) AS document_year
    FROM doc JOIN doc_number AS number USING (document_id)
), named AS (
    SELECT corrected_number AS number FROM doc_correction
    UNION
    SELECT identity_number FROM doc_number WHERE identity_number IS NOT NULL
), found AS (
    SELECT document.*
    FROM ledger.document AS document
    WHERE document.status IN ('registered', 'handled', 'refused', 'repeated')
      AND ((document.number_key, year(document.document_date)) IN (SELECT number_key, document_year FROM asked)
           OR (document.digit_key, year(document.document_date)) IN (SELECT digit_key, document_year FROM asked)
           OR document.identity_number IN (SELECT corrected_number FROM doc_correction)
           OR document.corrected_numbers IS NOT NULL AND list_has_any(document.corrected_numbers, (SELECT list(number) FROM named)))
), told AS (
    SELECT document_id, other_document_id FROM ledger.document_answer
    WHERE undone_at IS NULL AND answer IN (SELECT answer FROM question_kind WHERE outcome = 'repeats')
), stands AS (
    -- Of two that are the same, the other may be the same as a third.
    SELECT found.document_id, told.other_document_id AS stands_for FROM found JOIN told USING (document_id) WHERE found.status = 'repeated'
    UNION
    SELECT stands.document_id, told.other_document_id FROM stands JOIN told ON told.document_id = stands.stands_for
), alias AS (
    SELECT stands.document_id, min(stands.stands_for) AS stands_for
    FROM stands
    JOIN ledger.document AS first ON first.document_id = stands.stands_for
    WHERE first.status IN ('registered', 'handled', 'refused')
    GROUP BY stands.document_id
)
SELECT found.*, alias.stands_for
FROM found
LEFT JOIN alias USING (document_id)
WHERE found.status <> 'repeated' OR alias.stands_for IS NOT NULL
UNION ALL
SELECT document.*, NULL
FROM ledger.document AS document
WHERE document.document_id IN (SELECT stands_for FROM alias) AND document.document_id NOT IN (SELECT document_id FROM found)
