-- Grain: one thing about a document that a person has to answer: whether it is the same invoice as another one that has its number
-- with other amounts (R01), or a similar number. Inputs: doc_identity, doc_first, doc, ledger.document, ledger.file_import,
-- question_kind. The remedy names the commands that answer it.
CREATE OR REPLACE TEMP TABLE doc_question AS
WITH asked AS (
    SELECT first.document_id, first.first_document_id AS other_document_id,
           CASE first.likeness WHEN 'identity' THEN 'R01' WHEN 'alike' THEN 'similar_document' ELSE 'similar_number' END AS finding_code
    FROM doc_first AS first WHERE first.likeness <> 'same'
), answer AS (
    SELECT DISTINCT question, finding_code, answer, answer_number, condition FROM question_kind
), remedy AS (
    SELECT asked.document_id, asked.finding_code, min(answer.question) AS question,
           string_agg('`partita ' || answer.answer || ' D' || asked.document_id || ' D' || asked.other_document_id || '` if ' || answer.condition,
                      ', ' ORDER BY answer.answer_number) || '.' AS remedy
    FROM asked JOIN answer USING (finding_code)
    GROUP BY asked.document_id, asked.finding_code
)
SELECT asked.document_id, remedy.question, asked.other_document_id, asked.finding_code, 'document.document_number' AS field,
       doc.document_number AS raw_value,
       CASE asked.finding_code WHEN 'R01' THEN 'a document that was not registered before; ' ELSE 'a number that is like no other; ' END
       || coalesce(file.source_file, incoming.source_file) || ' (document D' || asked.other_document_id || ') of '
       || coalesce(CAST(other.document_date AS VARCHAR), '?') || ', '
       || coalesce(CAST(CAST(other.total_amount AS DECIMAL(18,2)) AS VARCHAR), '?') || ' ' || coalesce(other.currency_code, '')
       || CASE asked.finding_code WHEN 'R01' THEN ', has the same supplier, number and year'
                                  WHEN 'similar_document' THEN ', has the number ' || other.identity_number || ', the same supplier, date and total'
                                  ELSE ', has the number ' || other.identity_number || ' and the same supplier' END AS expected,
       remedy.remedy
FROM asked
JOIN remedy USING (document_id, finding_code)
JOIN doc USING (document_id)
JOIN doc_identity AS other ON other.document_id = asked.other_document_id
LEFT JOIN ledger.document AS stored ON stored.document_id = asked.other_document_id
LEFT JOIN ledger.file_import AS file ON file.import_id = stored.import_id
LEFT JOIN doc AS incoming ON incoming.document_id = asked.other_document_id
