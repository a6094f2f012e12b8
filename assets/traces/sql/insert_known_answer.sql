-- Grain: one movement of which Partita itself knows that it is in the ledger, since its file is the corrected form of one that brought
-- it: so that a rerun does not ask. Inputs: asked_movement, movement_answered; $import_id, $now.
INSERT INTO ledger.movement_answer BY NAME
SELECT (SELECT coalesce(max(answer_id), 0) FROM ledger.movement_answer) + row_number() OVER (ORDER BY asked.first_line) AS answer_id,
       $import_id AS import_id, asked.company AS company_code, asked.progressive, asked.first_line AS line_number,
       'same' AS answer, asked.equality_hash, CAST($now AS TIMESTAMP) AS answered_at
FROM asked_movement AS asked
ANTI JOIN movement_answered AS answered USING (company, progressive)
WHERE asked.state = 'repeated'
