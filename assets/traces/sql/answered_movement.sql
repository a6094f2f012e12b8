-- Grain: one movement of this import about which an answer is in force; of several the last, for a question may come again. Inputs:
-- ledger.movement_answer; $import_id. Order: answer_id.
SELECT company_code, progressive, answer, correction_id IS NULL AS is_by_itself
FROM ledger.movement_answer
WHERE import_id = $import_id AND withdrawn_at IS NULL
QUALIFY row_number() OVER (PARTITION BY company_code, progressive ORDER BY answer_id DESC) = 1
ORDER BY answer_id
