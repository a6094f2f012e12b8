-- Grain: one IBAN of a document that deserves a look, with the supplier, and the correction that answered (null where it waits). Inputs:
-- ledger.doubtful_iban, ledger.document, ledger.iban_answer; $document_id. Order: iban.
SELECT doubt.iban, document.counterparty_code, min(answer.correction_id) AS correction_id
FROM ledger.doubtful_iban AS doubt
JOIN ledger.document AS document USING (document_id)
LEFT JOIN ledger.iban_answer AS answer
       ON answer.undone_at IS NULL AND answer.iban = doubt.iban
      AND (NOT answer.is_confirmed AND answer.document_id = doubt.document_id OR answer.is_confirmed AND answer.counterparty_code = document.counterparty_code)
WHERE doubt.document_id = $document_id
GROUP BY doubt.iban, document.counterparty_code
ORDER BY doubt.iban
