-- Grain: one IBAN of a document that deserves a look, with whether nobody answered (is_open): not of this document, and not that it is
-- the supplier's. Inputs: ledger.doubtful_iban, ledger.document, ledger.iban_answer.
CREATE OR REPLACE TEMP TABLE iban_doubt AS
SELECT doubt.*, document.import_id, document.company_code,
       NOT EXISTS (SELECT 1 FROM ledger.iban_answer AS answer
                   WHERE answer.undone_at IS NULL AND answer.iban = doubt.iban
                     AND (answer.document_id = doubt.document_id
                          OR answer.is_confirmed AND answer.counterparty_code = document.counterparty_code)) AS is_open
FROM ledger.doubtful_iban AS doubt
JOIN ledger.document AS document USING (document_id)
WHERE document.status IN ('registered', 'to_register')
