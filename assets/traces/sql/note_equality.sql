-- Grain: one answer about a movement without a number, with what it is equal to: only now its file was read. Inputs:
-- asked_movement; $import_id.
UPDATE ledger.movement_answer AS answer
SET equality_hash = asked.equality_hash
FROM asked_movement AS asked
WHERE answer.import_id = $import_id AND answer.company_code = asked.company AND answer.progressive = asked.progressive
  AND answer.equality_hash IS NULL
