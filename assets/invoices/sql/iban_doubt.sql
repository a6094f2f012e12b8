-- Grain: one IBAN of a document that deserves a look, with the correction that answered (answered_by). is_open: nobody did, and it does not
-- stand in counterparties.csv either. Inputs: ledger.doubtful_iban, ledger.document, iban_answer_of, ledger.counterparty,
-- ledger.reference_file.
CREATE OR REPLACE TEMP TABLE iban_doubt AS
WITH registry AS (
    SELECT counterparty_code, regexp_replace(upper(iban), '[^A-Z0-9]', '', 'g') AS iban
    FROM ledger.counterparty
    WHERE version = (SELECT max(version) FROM ledger.reference_file WHERE file_name = 'counterparties.csv')
), doubted AS (
    SELECT doubt.*, document.import_id, document.company_code, document.counterparty_code,
           iban_answer_of(doubt.document_id, document.counterparty_code, doubt.iban) AS answered_by
    FROM ledger.doubtful_iban AS doubt
    JOIN ledger.document AS document USING (document_id)
    WHERE document.status IN ('registered', 'to_register')
)
SELECT doubted.*, answered_by IS NULL AND registry.counterparty_code IS NULL AS is_open
FROM doubted
LEFT JOIN registry USING (counterparty_code, iban)
