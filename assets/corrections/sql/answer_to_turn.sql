-- Grain: one answer that a correction gave or withdrew. Inputs: ledger.correction_effect, ledger.document_answer; $correction_id.
SELECT answer.*, effect.effect_kind
FROM ledger.correction_effect AS effect
JOIN ledger.document_answer AS answer ON answer.answer_id = effect.object_id
WHERE effect.correction_id = $correction_id AND effect.effect_kind IN ('question_answered', 'answer_withdrawn')
ORDER BY answer.answer_id
