-- Grain: one answer about an IBAN that a correction gave or withdrew. Inputs: ledger.correction_effect, ledger.iban_answer; $correction_id.
SELECT answer.answer_id, answer.document_id, effect.effect_kind
FROM ledger.correction_effect AS effect
JOIN ledger.iban_answer AS answer ON answer.answer_id = effect.object_id
WHERE effect.correction_id = $correction_id AND effect.effect_kind IN ('iban_answered', 'iban_answer_withdrawn')
ORDER BY answer.answer_id
