-- iban_answer_of
-- Grain: none; makes the macro that finds the answer about an IBAN of a document (null where nobody answered): of this document, that it is paid to
-- another account; or of its supplier, that the IBAN is his. It is the number of the correction that gave it.
CREATE OR REPLACE TEMP MACRO iban_answer_of(of_document, of_supplier, plain_iban) AS (
    SELECT min(answer.correction_id) FROM ledger.iban_answer AS answer
    WHERE answer.undone_at IS NULL AND answer.iban = plain_iban
      AND CASE WHEN answer.is_confirmed THEN answer.counterparty_code = of_supplier ELSE answer.document_id = of_document END
)
