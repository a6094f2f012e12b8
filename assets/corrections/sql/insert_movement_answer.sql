-- Grain: one answer of a person about a movement of a file. Inputs: the parameters.
INSERT INTO ledger.movement_answer BY NAME
SELECT $answer_id AS answer_id, $import_id AS import_id, $company_code AS company_code, $progressive AS progressive,
       $line_number AS line_number, $answer AS answer, $correction_id AS correction_id, $now AS answered_at
