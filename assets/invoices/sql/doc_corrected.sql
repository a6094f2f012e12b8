-- Grain: one document of this delivery that stands beside another one as a corrected invoice beside the invoice that it corrects, while nobody
-- said how the two stand: both registered would be owed twice. relation: corrects (the other may be registered, or be handled elsewhere) | corrects
-- the same (invoice as the other, which comes first) | is corrected by (the other, which is registered, and not of an earlier year); the first of
-- these counts, and of several others the newest. What is credited in full is owed no more and asks nothing; what was replaced asks by what
-- replaced it. Suppliers are compared by the registry of today.
-- Inputs: doc_correction, doc_identity, doc_first, question_kind, credited_document, ledger.document, ledger.document_answer.
CREATE OR REPLACE TEMP TABLE doc_corrected AS
WITH answered AS (
    SELECT document_id, other_document_id, answer IN (SELECT answer FROM question_kind WHERE outcome = 'replaces') AS is_replaced
    FROM ledger.document_answer WHERE undone_at IS NULL AND other_document_id IS NOT NULL
), invoice AS (
    SELECT document_id, true AS is_own, 'to_register' AS status, company_code, recognised_key, identity_number, document_date, total_amount,
           currency_code, CAST(NULL AS VARCHAR[]) AS corrected_numbers, CAST(NULL AS DECIMAL(38,4)) AS credited_amount
    FROM doc_identity
    WHERE NOT is_stored AND NOT is_credit_note AND document_id NOT IN (SELECT document_id FROM doc_first WHERE likeness = 'same')
    UNION ALL
    SELECT document.document_id, false, document.status, document.company_code,
           coalesce(identity.recognised_key, '=' || document.counterparty_code), document.identity_number, document.document_date,
           document.total_amount, document.currency_code, document.corrected_numbers, credit.credited_amount
    FROM ledger.document AS document
    LEFT JOIN doc_identity AS identity ON identity.document_id = document.document_id AND identity.is_stored
    LEFT JOIN credited_document() AS credit ON credit.document_id = document.document_id
    WHERE document.status IN ('registered', 'to_register', 'handled') AND NOT document.is_credit_note
      AND coalesce(credit.credited_amount < abs(document.payable_amount), true)
      AND document.document_id NOT IN (SELECT other_document_id FROM answered WHERE is_replaced)
      AND document.document_id NOT IN (SELECT document_id FROM doc_identity WHERE NOT is_stored)
), named AS (
    SELECT invoice.*, named.corrected_number, named.reference_date FROM invoice JOIN doc_correction AS named USING (document_id) WHERE is_own
    UNION ALL
    SELECT *, unnest(corrected_numbers), NULL FROM invoice WHERE NOT is_own AND status = 'registered'
), beside AS (
    SELECT correction.document_id, 3 AS rank, 'corrects' AS relation, original.document_id AS other_document_id
    FROM named AS correction
    JOIN invoice AS original USING (company_code, recognised_key)
    WHERE correction.is_own AND original.identity_number = correction.corrected_number AND original.document_id <> correction.document_id
      AND coalesce(original.document_date = correction.reference_date, true)
    UNION ALL
    SELECT later.document_id, 2, 'corrects the same', earlier.document_id
    FROM named AS later
    JOIN named AS earlier USING (company_code, recognised_key, corrected_number)
    WHERE later.is_own AND (NOT earlier.is_own OR earlier.document_id < later.document_id)
    UNION ALL
    SELECT original.document_id, 1, 'is corrected by', correction.document_id
    FROM invoice AS original
    JOIN named AS correction USING (company_code, recognised_key)
    WHERE original.is_own AND NOT correction.is_own AND correction.corrected_number = original.identity_number
      AND coalesce(year(original.document_date) <= year(correction.document_date), true)
)
SELECT beside.document_id, max_by(beside.relation, (beside.rank, other.document_date, other.document_id)) AS relation,
       max_by(other, (beside.rank, other.document_date, other.document_id)) AS other
FROM beside
JOIN invoice AS other ON other.document_id = beside.other_document_id
WHERE (beside.document_id, other.document_id) NOT IN (SELECT document_id, other_document_id FROM answered)
  AND (other.document_id, beside.document_id) NOT IN (SELECT document_id, other_document_id FROM answered)
GROUP BY beside.document_id
