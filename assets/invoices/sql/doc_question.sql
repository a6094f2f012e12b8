-- Grain: one thing about a document that a person has to answer: whether it is the same invoice as another one that has its number
-- with other amounts (R01), or a similar number; or how a corrected invoice stands to the one that it corrects (either may come first), which
-- then is all that is asked about it. Inputs: doc_identity, doc_first, doc_corrected, doc, ledger.document, ledger.file_import, question_kind. The remedy
-- names the commands that answer it.
CREATE OR REPLACE TEMP TABLE doc_question AS
WITH asked AS (
    SELECT first.document_id, first.first_document_id AS other_document_id, CAST(NULL AS VARCHAR) AS relation,
           CASE first.likeness WHEN 'identity' THEN 'R01' WHEN 'alike' THEN 'similar_document' ELSE 'similar_number' END AS finding_code,
           other.document_date AS other_date, other.total_amount AS other_total_amount, other.currency_code AS other_currency_code,
           other.identity_number AS other_number
    FROM doc_first AS first
    JOIN doc_identity AS other ON other.document_id = first.first_document_id
    WHERE first.likeness <> 'same' AND first.document_id NOT IN (SELECT document_id FROM doc_corrected)
    UNION ALL
    SELECT document_id, other.document_id, relation, 'corrected_invoice', other.document_date, other.total_amount, other.currency_code,
           other.identity_number
    FROM doc_corrected
), answer AS (
    SELECT DISTINCT question, finding_code, answer, answer_number, condition FROM question_kind
), remedy AS (
    SELECT asked.document_id, asked.finding_code, min(answer.question) AS question,
           string_agg('`partita ' || answer.answer || ' D' || asked.document_id || ' D' || asked.other_document_id || ' --reason ...` if ' || answer.condition,
                      ', ' ORDER BY answer.answer_number) || '.' AS remedy
    FROM asked JOIN answer USING (finding_code)
    GROUP BY asked.document_id, asked.finding_code
)
SELECT asked.document_id, remedy.question, asked.other_document_id, asked.finding_code,
       CASE asked.finding_code WHEN 'corrected_invoice' THEN 'document.document_type' ELSE 'document.document_number' END AS field,
       CASE asked.finding_code WHEN 'corrected_invoice' THEN doc.type_code ELSE doc.document_number END AS raw_value,
       CASE asked.finding_code WHEN 'R01' THEN 'a document that was not registered before; '
                               WHEN 'corrected_invoice' THEN 'an invoice that is not owed together with its correction; '
                               ELSE 'a number that is like no other; ' END
       || coalesce(file.source_file, incoming.source_file) || ' (document D' || asked.other_document_id || ') of '
       || coalesce(CAST(asked.other_date AS VARCHAR), '?') || ', '
       || coalesce(CAST(CAST(asked.other_total_amount AS DECIMAL(18,2)) AS VARCHAR), '?') || ' ' || coalesce(asked.other_currency_code, '')
       || CASE WHEN asked.relation = 'is corrected by' THEN ', is registered and corrects this one'
               WHEN asked.relation = 'corrects the same' THEN ', corrects the same invoice'
               ELSE CASE asked.finding_code WHEN 'R01' THEN ', has the same supplier, number and year'
                                  WHEN 'corrected_invoice' THEN ', has the number ' || asked.other_number || ', which this one corrects'
                                  WHEN 'similar_document' THEN ', has the number ' || asked.other_number || ', the same supplier, date and total'
                                  ELSE ', has the number ' || asked.other_number || ' and the same supplier' END END AS expected,
       CASE WHEN asked.relation = 'is corrected by'
            THEN '`partita refuse D' || asked.document_id || ' --reason ...` if the corrected one stands in its place, `partita in-addition D' || asked.document_id
                 || ' D' || asked.other_document_id || ' --reason ...` if both are owed.'
            ELSE remedy.remedy END AS remedy
FROM asked
JOIN remedy USING (document_id, finding_code)
JOIN doc USING (document_id)
LEFT JOIN ledger.document AS stored ON stored.document_id = asked.other_document_id
LEFT JOIN ledger.file_import AS file ON file.import_id = stored.import_id
LEFT JOIN doc AS incoming ON incoming.document_id = asked.other_document_id
