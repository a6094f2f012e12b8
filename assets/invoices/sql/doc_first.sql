-- Grain: one document of this delivery that is the same as another one, or similar to it, with the first of those. Inputs: doc_identity,
-- doc_finding, ledger.document_answer, question_kind. likeness: same (the identity and the amounts of a document that was registered, handled
-- elsewhere or refused, or comes first in this delivery), identity (other amounts), alike (another number that is similar, with the same
-- supplier, date and total), near (similar, in the same year). Registered documents come first, then those handled
-- elsewhere, those refused (the same amounts only: the supplier may send another one under the number), then those of this delivery:
-- what nothing is wrong with first. What a person said to be the same as another document is that document here; two of which a person
-- said that they are two are never compared. What was stored without its VAT is compared without it. Leaders are found by groups: a file of ten thousand documents with one
-- number costs no pairs.
CREATE OR REPLACE TEMP TABLE doc_first AS
WITH wrong AS (
    SELECT DISTINCT document_id FROM doc_finding WHERE severity = 'ERROR'
), ranked AS (
    SELECT coalesce(identity.stands_for, identity.document_id) AS document_id, identity.is_stored, coalesce(other.status, identity.status) AS status,
           identity.identity_key, identity.company_code, identity.supplier_key, identity.recognised_key, identity.is_credit_note,
           identity.number_key, identity.digit_key, identity.document_date, identity.currency_code, identity.total_amount, identity.payable_amount,
           concat_ws('|', identity.identity_key, identity.amounts_key) AS same_key,
           row(CASE coalesce(other.status, identity.status) WHEN 'registered' THEN 1 WHEN 'handled' THEN 2 WHEN 'refused' THEN 3 ELSE 4 END,
               wrong.document_id IS NOT NULL, coalesce(identity.file_number, 0), coalesce(identity.position, 0),
               coalesce(identity.stands_for, identity.document_id)) AS place
    FROM doc_identity AS identity
    LEFT JOIN doc_identity AS other ON other.document_id = identity.stands_for
    LEFT JOIN wrong ON wrong.document_id = identity.document_id
    WHERE identity.identity_key IS NOT NULL
), told AS (
    SELECT coalesce(own.stands_for, answer.document_id) AS document_id, coalesce(other.stands_for, answer.other_document_id) AS other_document_id
    FROM ledger.document_answer AS answer
    LEFT JOIN doc_identity AS own ON own.document_id = answer.document_id
    LEFT JOIN doc_identity AS other ON other.document_id = answer.other_document_id
    WHERE answer.other_document_id IS NOT NULL AND answer.undone_at IS NULL
      AND answer.answer IN (SELECT answer FROM question_kind WHERE outcome <> 'repeats')
), two AS (
    SELECT document_id, other_document_id FROM told
    UNION
    SELECT other_document_id, document_id FROM told
), refused_again AS (
    SELECT same_key FROM ranked GROUP BY same_key HAVING min_by(status, place) = 'refused'
), member AS (
    SELECT document_id, place, is_stored, 'same' AS likeness, same_key AS likeness_key FROM ranked
    UNION ALL
    SELECT ranked.document_id, ranked.place, ranked.is_stored, kind.likeness,
           CASE kind.likeness
                WHEN 'identity' THEN identity_key
                WHEN 'near' THEN concat_ws('|', company_code, supplier_key, is_credit_note, kind.number_key, CAST(year(document_date) AS VARCHAR))
                ELSE concat_ws('|', company_code, supplier_key, is_credit_note, kind.number_key, document_date, currency_code,
                               coalesce(total_amount, payable_amount)) END
    FROM ranked
    CROSS JOIN LATERAL (VALUES ('identity', ''), ('alike', 'N' || number_key), ('alike', 'D' || digit_key), ('near', 'N' || number_key), ('near', 'D' || digit_key))
          AS kind(likeness, number_key)
    WHERE ranked.status IS DISTINCT FROM 'refused' AND (kind.likeness = 'identity' OR ranked.recognised_key IS NOT NULL)
      AND (ranked.is_stored OR ranked.same_key NOT IN (SELECT same_key FROM refused_again)
           OR ranked.document_id IN (SELECT document_id FROM two))
), leader AS (
    SELECT likeness, likeness_key, min_by(document_id, place) AS document_id, min(place) AS place FROM member GROUP BY likeness, likeness_key
), ahead AS (
    SELECT own.document_id, own.likeness, leader.document_id AS other_id, leader.place
    FROM member AS own
    JOIN leader USING (likeness, likeness_key)
    WHERE NOT own.is_stored AND own.document_id NOT IN (SELECT document_id FROM two)
    UNION ALL
    SELECT own.document_id, own.likeness, other.document_id, other.place
    FROM member AS own
    JOIN member AS other USING (likeness, likeness_key)
    WHERE NOT own.is_stored AND own.document_id IN (SELECT document_id FROM two) AND other.place <= own.place
      AND NOT EXISTS (SELECT 1 FROM two WHERE two.document_id = own.document_id AND two.other_document_id = other.document_id)
), ahead_of AS (
    SELECT document_id, likeness, min_by(other_id, place) AS other_id FROM ahead GROUP BY document_id, likeness
), judged AS (
    SELECT own.document_id, ahead_of.other_id,
           CASE WHEN ahead_of.likeness = 'identity' AND other.is_stored AND other.vat_amount IS NULL AND own.document_date = other.document_date
                 AND own.currency_code = other.currency_code AND own.payable_amount = other.payable_amount
                 AND coalesce(own.total_amount = other.total_amount, true) THEN 'same' ELSE ahead_of.likeness END AS likeness
    FROM ahead_of
    JOIN doc_identity AS own USING (document_id)
    JOIN doc_identity AS other ON other.document_id = ahead_of.other_id
    WHERE ahead_of.other_id <> own.document_id
      AND (ahead_of.likeness IN ('same', 'identity') OR own.identity_key <> other.identity_key)
)
SELECT document_id, min_by(likeness, rank) AS likeness, min_by(other_id, rank) AS first_document_id
FROM (SELECT judged.*, CASE likeness WHEN 'same' THEN 1 WHEN 'identity' THEN 2 WHEN 'alike' THEN 3 ELSE 4 END AS rank FROM judged)
GROUP BY document_id
