-- Grain: one document of this delivery that stands beside another one as a corrected invoice (UNTDID 1001: 384, 472) beside the invoice
-- that it corrects, while nobody said how the two stand: both registered would be owed twice. Either it is the corrected one, and
-- the original is registered or may be, and is not credited in full, or another correction of that comes first; or it is the original, which
-- comes after a corrected one that is registered and is not of an earlier year. relation: corrects | corrects the same | is corrected by; the first of these counts. Inputs: doc, doc_type, doc_identity, doc_first, document_reference, ledger.document, ledger.registration,
-- ledger.document_answer. The corrected one names the other by its number, and by its date where it has that; of several the newest
-- counts. One that is repeated stands beside nothing. Suppliers are compared by the registry of today; a credit note credits a document,
-- however often the registration of that was changed.
CREATE OR REPLACE TEMP TABLE doc_corrected AS
WITH own AS (
    SELECT * FROM doc_identity
    WHERE NOT is_stored AND NOT is_credit_note AND document_id NOT IN (SELECT document_id FROM doc_first WHERE likeness = 'same')
), corrected AS (
    SELECT own.document_id, own.company_code, own.recognised_key, identity_number_of(named.number) AS identity_number, named.reference_date
    FROM own
    JOIN doc USING (document_id)
    JOIN doc_type AS kind ON kind.document_id = own.document_id AND kind.treatment = 'corrected'
    JOIN document_reference AS named ON named.file_number = doc.file_number AND named.position = doc.position AND named.kind = 'invoice'
), credit AS (
    SELECT credited.document_id, sum(abs(document.payable_amount)) AS amount
    FROM ledger.registration AS note
    JOIN ledger.document AS document USING (document_id)
    JOIN ledger.registration AS credited ON credited.registration_id = note.credits_registration_id
    WHERE note.undone_at IS NULL
    GROUP BY credited.document_id
), stored AS (
    SELECT document.document_id, document.company_code, coalesce(identity.recognised_key, '=' || document.counterparty_code) AS recognised_key,
           document.identity_number, document.document_date, document.total_amount, document.currency_code,
           string_split(document.corrected_number, chr(10)) AS corrected_numbers, document.status
    FROM ledger.document AS document
    LEFT JOIN doc_identity AS identity ON identity.document_id = document.document_id AND identity.is_stored
    LEFT JOIN credit ON credit.document_id = document.document_id
    WHERE document.status IN ('registered', 'to_register') AND NOT document.is_credit_note
      AND (credit.amount IS NULL OR credit.amount < abs(document.payable_amount))
      AND document.document_id NOT IN (SELECT document_id FROM doc)
), original AS (
    SELECT document_id, company_code, recognised_key, identity_number, document_date, total_amount, currency_code FROM stored
    UNION ALL
    SELECT document_id, company_code, recognised_key, identity_number, document_date, total_amount, currency_code FROM own
), beside AS (
    SELECT corrected.document_id, 3 AS rank, 'corrects' AS relation, original AS other
    FROM corrected
    JOIN original ON original.company_code = corrected.company_code AND original.recognised_key = corrected.recognised_key
                 AND original.identity_number = corrected.identity_number AND original.document_id <> corrected.document_id
                 AND (corrected.reference_date IS NULL OR original.document_date = corrected.reference_date)
    UNION ALL
    SELECT corrected.document_id, 2, 'corrects the same', original
    FROM corrected
    JOIN stored ON stored.company_code = corrected.company_code AND stored.recognised_key = corrected.recognised_key
               AND list_contains(stored.corrected_numbers, corrected.identity_number) AND stored.status = 'registered'
    JOIN original ON original.document_id = stored.document_id
    UNION ALL
    SELECT later.document_id, 2, 'corrects the same', original
    FROM corrected AS later
    JOIN corrected AS earlier ON earlier.company_code = later.company_code AND earlier.recognised_key = later.recognised_key
                             AND earlier.identity_number = later.identity_number AND earlier.document_id < later.document_id
    JOIN original ON original.document_id = earlier.document_id
    UNION ALL
    SELECT own.document_id, 1, 'is corrected by', original
    FROM own
    JOIN stored ON stored.company_code = own.company_code AND stored.recognised_key = own.recognised_key
               AND list_contains(stored.corrected_numbers, own.identity_number) AND stored.status = 'registered'
               AND coalesce(year(own.document_date) <= year(stored.document_date), true)
    JOIN original ON original.document_id = stored.document_id
)
SELECT document_id, max_by(relation, (rank, other.document_date, other.document_id)) AS relation,
       max_by(other, (rank, other.document_date, other.document_id)) AS other
FROM beside
WHERE NOT EXISTS (SELECT 1 FROM ledger.document_answer AS answer
                  WHERE answer.undone_at IS NULL
                    AND (answer.document_id = beside.document_id AND answer.other_document_id = beside.other.document_id
                         OR answer.document_id = beside.other.document_id AND answer.other_document_id = beside.document_id))
GROUP BY document_id
