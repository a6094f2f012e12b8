-- Grain: one IBAN (in capitals, without blanks) of a document that deserves a look (R13): its check sum is wrong, it is another supplier's,
-- or another than that of the registry. is_answered: somebody said of this document that it is paid elsewhere, or of this supplier that
-- the IBAN is his. Inputs: doc, doc_party, payment, wrong_iban, supplier, iban_answer_of.
CREATE OR REPLACE TEMP TABLE doc_iban AS
WITH said AS (
    SELECT doc.document_id, left(regexp_replace(upper(payment.iban), '[^A-Z0-9]', '', 'g'), 200) AS plain_iban, min(payment.iban) AS iban_text,
           bool_or(wrong_iban.iban IS NOT NULL) AS is_wrong
    FROM doc
    JOIN payment USING (file_number, position)
    LEFT JOIN wrong_iban ON wrong_iban.iban = payment.iban
    WHERE payment.iban IS NOT NULL
    GROUP BY ALL
), judged AS (
    SELECT said.* RENAME (plain_iban AS iban), party.counterparty_code, party.registry_iban, party.is_iban_holding,
           (SELECT min(owner.counterparty_code || ' ' || owner.counterparty_name) FROM supplier AS owner
            WHERE owner.iban = said.plain_iban AND owner.counterparty_code <> party.counterparty_code) AS owner
    FROM said
    JOIN doc_party AS party ON party.document_id = said.document_id
), doubtful AS (
    SELECT *, CASE WHEN is_wrong THEN 'an IBAN whose check sum is right'
                   WHEN counterparty_code IS NULL OR registry_iban = iban THEN NULL
                   WHEN owner IS NOT NULL THEN 'an IBAN of ' || counterparty_code || '; it is that of ' || owner
                   WHEN registry_iban <> '' THEN 'the IBAN of ' || counterparty_code || ' in counterparties.csv, ' || registry_iban END AS expected
    FROM judged
)
SELECT document_id, iban, left(iban_text, 200) AS iban_text, is_wrong, expected, coalesce(is_iban_holding, false) AS is_holding,
       iban_answer_of(document_id, counterparty_code, iban) IS NOT NULL AS is_answered
FROM doubtful
WHERE expected IS NOT NULL
