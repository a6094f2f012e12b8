-- Grain: one IBAN of a document that deserves a look, with whether nobody answered (is_open): not of this document, not that it is
-- the supplier's, and not by entering it in counterparties.csv. Inputs: ledger.doubtful_iban, ledger.document, ledger.iban_answer,
-- ledger.counterparty, ledger.reference_file.
CREATE OR REPLACE TEMP TABLE iban_doubt AS
SELECT doubt.*, document.import_id, document.company_code,
       NOT EXISTS (SELECT 1 FROM ledger.iban_answer AS answer
                   WHERE answer.undone_at IS NULL AND answer.iban = doubt.iban
                     AND (NOT answer.is_confirmed AND answer.document_id = doubt.document_id
                          OR answer.is_confirmed AND answer.counterparty_code = document.counterparty_code))
       AND NOT EXISTS (SELECT 1 FROM ledger.counterparty AS registry
                       WHERE registry.version = (SELECT max(version) FROM ledger.reference_file WHERE file_name = 'counterparties.csv')
                         AND registry.counterparty_code = document.counterparty_code
                         AND regexp_replace(upper(registry.iban), '[^A-Z0-9]', '', 'g') = doubt.iban) AS is_open
FROM ledger.doubtful_iban AS doubt
JOIN ledger.document AS document USING (document_id)
WHERE document.status IN ('registered', 'to_register')
