-- Grain: one thing about a document that a person has to answer: whether it is the same invoice as another one that has its number
-- with other amounts (R01), or a similar number; or how a corrected invoice stands to the one that it corrects (either may come first), which
-- then is all that is asked about it. Inputs: doc_first, doc_identity, doc_corrected, doc, ledger.document, ledger.file_import,
-- question_kind. The remedy names the commands that answer it, and where no answer says it, the decision that does.
CREATE OR REPLACE TEMP TABLE doc_question AS
WITH asked AS (
    SELECT first.document_id, CASE first.likeness WHEN 'identity' THEN 'R01' WHEN 'alike' THEN 'similar_document' ELSE 'similar_number' END AS finding_code,
           'document.document_number' AS field,
           CASE first.likeness WHEN 'identity' THEN 'a document that was not registered before' ELSE 'a number that is like no other' END AS expected,
           CASE first.likeness WHEN 'identity'
                               THEN CASE WHEN own.identity_number = other.identity_number THEN 'has the same supplier, number and year'
                                         ELSE 'has the number ' || other.identity_number || ' and the same supplier; one with this number was said to be the same' END
                               WHEN 'alike' THEN 'has the number ' || other.identity_number || ', the same supplier, date and total'
                               ELSE 'has the number ' || other.identity_number || ' and the same supplier' END AS said,
           CAST(NULL AS VARCHAR) AS instead_of_answers,
           {'document_id': other.document_id, 'document_date': other.document_date, 'total_amount': other.total_amount,
            'currency_code': other.currency_code} AS other
    FROM doc_first AS first
    JOIN doc_identity AS own ON own.document_id = first.document_id
    JOIN doc_identity AS other ON other.document_id = first.first_document_id
    WHERE first.likeness <> 'same' AND first.document_id NOT IN (SELECT document_id FROM doc_corrected)
    UNION ALL
    SELECT document_id, 'corrected_invoice', 'document.document_type', 'an invoice that is not owed together with its correction',
           CASE relation WHEN 'is corrected by' THEN 'is registered and corrects this one'
                         WHEN 'corrects the same' THEN 'corrects the same invoice'
                         ELSE 'has the number ' || other.identity_number || ', which this one corrects'
                              || CASE WHEN other.status = 'handled' THEN ', and was handled elsewhere'
                                      WHEN other.credited_amount > 0 THEN ', and is credited with ' || CAST(CAST(other.credited_amount AS DECIMAL(18,2)) AS VARCHAR)
                                      ELSE '' END END,
           CASE WHEN relation = 'is corrected by' THEN 'refuse D' || document_id || ' --reason ...` if the corrected one stands in its place'
                WHEN other.status = 'handled' THEN 'handle D' || document_id || ' --reason ...` if this one is handled there as well' END,
           {'document_id': other.document_id, 'document_date': other.document_date, 'total_amount': other.total_amount,
            'currency_code': other.currency_code}
    FROM doc_corrected
), answer AS (
    SELECT asked.document_id, asked.finding_code, kind.question,
           string_agg('`partita ' || kind.answer || ' D' || asked.document_id || ' D' || asked.other.document_id || ' --reason ...` if ' || kind.condition,
                      ', ' ORDER BY kind.answer_number) FILTER (asked.instead_of_answers IS NULL OR kind.outcome = 'stands') AS commands
    FROM asked JOIN question_kind AS kind USING (finding_code)
    GROUP BY asked.document_id, asked.finding_code, kind.question
)
SELECT asked.document_id, answer.question, asked.other.document_id AS other_document_id, asked.finding_code, asked.field,
       CASE asked.field WHEN 'document.document_type' THEN doc.type_code ELSE doc.document_number END AS raw_value,
       asked.expected || '; ' || coalesce(file.source_file, incoming.source_file) || ' (document D' || asked.other.document_id || ') of '
       || coalesce(CAST(asked.other.document_date AS VARCHAR), '?') || ', '
       || coalesce(CAST(CAST(asked.other.total_amount AS DECIMAL(18,2)) AS VARCHAR), '?') || ' ' || coalesce(asked.other.currency_code, '')
       || ', ' || asked.said AS expected,
       concat_ws(', ', '`partita ' || asked.instead_of_answers, answer.commands) || '.' AS remedy
FROM asked
JOIN answer USING (document_id, finding_code)
JOIN doc USING (document_id)
LEFT JOIN ledger.document AS stored ON stored.document_id = asked.other.document_id
LEFT JOIN ledger.file_import AS file ON file.import_id = stored.import_id
LEFT JOIN doc AS incoming ON incoming.document_id = asked.other.document_id
