-- Grain: one movement of this import about which an answer is in force. Inputs: ledger.movement_answer; $import_id. Order: answer_id.
SELECT company_code, progressive, answer, correction_id IS NULL AS is_by_itself
FROM ledger.movement_answer
WHERE import_id = $import_id AND withdrawn_at IS NULL
ORDER BY answer_id
