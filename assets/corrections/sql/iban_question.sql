-- Grain: one IBAN of a document that deserves a look, with the supplier, and the correction that answered (null where it waits). Inputs:
-- iban_doubt; $document_id. Order: iban.
SELECT iban, counterparty_code, answered_by AS correction_id
FROM iban_doubt
WHERE document_id = $document_id AND (is_open OR answered_by IS NOT NULL)
ORDER BY iban
