-- Answers to questions about IBANs.

-- name: insert_iban_answer
-- Grain: one answer of a person about an IBAN of a document. Inputs: the parameters.
INSERT INTO ledger.iban_answer
VALUES ($answer_id, $document_id, $counterparty_code, $iban, $is_confirmed, $correction_id, $who, $reason, $now, NULL)

-- name: iban_question
-- Grain: one IBAN of a document that deserves a look, with the supplier, and the correction that answered (null where
-- it waits). Inputs: iban_doubt; $document_id. Order: iban.
SELECT iban, counterparty_code, answered_by AS correction_id
FROM iban_doubt
WHERE document_id = $document_id AND (is_open OR answered_by IS NOT NULL)
ORDER BY iban

-- name: iban_answer_to_turn
-- Grain: one answer about an IBAN that a correction gave or withdrew. Inputs: ledger.correction_effect,
-- ledger.iban_answer; $correction_id.
SELECT answer.answer_id, answer.document_id, effect.effect_kind
FROM ledger.correction_effect AS effect
JOIN ledger.iban_answer AS answer ON answer.answer_id = effect.object_id
WHERE effect.correction_id = $correction_id AND effect.effect_kind IN ('iban_answered', 'iban_answer_withdrawn')
ORDER BY answer.answer_id

-- name: mark_iban_answer
-- Grain: one answer about an IBAN that counts no longer, or (with null) again. Inputs: $answer_id, $undone_at.
UPDATE ledger.iban_answer SET undone_at = $undone_at WHERE answer_id = $answer_id
