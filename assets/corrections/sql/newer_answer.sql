-- Grain: one answer in force about the movement of another answer. Inputs: ledger.movement_answer; $answer_id. Order: answer_id.
SELECT newer.correction_id
FROM ledger.movement_answer AS answer
JOIN ledger.movement_answer AS newer USING (import_id, company_code, progressive)
WHERE answer.answer_id = $answer_id AND newer.answer_id <> answer.answer_id AND newer.withdrawn_at IS NULL
ORDER BY newer.answer_id
