-- Grain: one answer that a correction gave, withdrew or restored. Inputs: ledger.correction_effect, ledger.movement_answer,
-- ledger.file_import; $correction_id. Order: import, line.
SELECT import.partition_key, answer.line_number, answer.company_code, answer.answer,
       effect.effect_kind = 'movement_answer_withdrawn' AS is_withdrawn,
       'I' || import.import_id AS import_number
FROM ledger.correction_effect AS effect
JOIN ledger.movement_answer AS answer ON answer.answer_id = effect.object_id
JOIN ledger.file_import AS import USING (import_id)
WHERE effect.correction_id = $correction_id
  AND effect.effect_kind IN ('movement_answered', 'movement_answer_withdrawn', 'movement_answer_restored')
ORDER BY import.import_id, answer.line_number
