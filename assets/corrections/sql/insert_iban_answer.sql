-- Grain: one answer of a person about an IBAN of a document. Inputs: the parameters.
INSERT INTO ledger.iban_answer
VALUES ($answer_id, $document_id, $counterparty_code, $iban, $is_confirmed, $correction_id, $who, $reason, $now, NULL)
