-- Grain: one IBAN that deserves a look, of a document that is registered or to register; answered or not. Inputs: doc_iban, doc_state.
INSERT INTO ledger.doubtful_iban BY NAME
SELECT doubt.document_id, doubt.iban, doubt.iban_text, doubt.expected, doubt.remedy, doubt.is_holding
FROM doc_iban AS doubt
JOIN doc_state AS state USING (document_id)
WHERE state.status IN ('registered', 'to_register')
