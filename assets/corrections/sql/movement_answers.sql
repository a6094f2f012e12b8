-- Answers to questions about movements.

-- name: answered_finding
-- Grain: one question that a person answered, with who and why. Inputs: ledger.finding; $import_id, $line_number, $now,
-- $who, $reason.
SELECT rowid AS finding_row
FROM ledger.finding
WHERE import_id = $import_id AND line_number = $line_number AND resolution IS NULL
  AND finding_code IN ('movement_may_be_repeated', 'movement_twice_in_file')

-- name: movement_answer_to_turn
-- Grain: one answer that a correction gave, withdrew or restored, with the entry by which its movement stands in the
-- ledger (null if it does not). Inputs: ledger.correction_effect, ledger.movement_answer, ledger.file_import,
-- ledger.journal_entry, ledger.withdrawn_movement; $correction_id. Order: answer_id.
SELECT answer.answer_id, answer.answer, answer.line_number, effect.effect_kind, import.import_id, import.partition_key,
       import.status,
       entry.entry_id
FROM ledger.correction_effect AS effect
JOIN ledger.movement_answer AS answer ON answer.answer_id = effect.object_id
JOIN ledger.file_import AS import USING (import_id)
LEFT JOIN (
    SELECT entry_id, import_id, company_code, progressive
    FROM ledger.journal_entry
    ANTI JOIN ledger.withdrawn_movement USING (entry_id)
    WHERE entry_kind = 'trace'
) AS entry
  ON entry.import_id = answer.import_id AND entry.company_code = answer.company_code
  AND entry.progressive = answer.progressive
WHERE effect.correction_id = $correction_id
  AND effect.effect_kind IN ('movement_answered', 'movement_answer_withdrawn', 'movement_answer_restored')
ORDER BY answer.answer_id

-- name: entry_to_free
-- Grain: one entry whose movement waits for an answer again. Inputs: $entry_id.
SELECT $entry_id AS entry_id

-- name: insert_withdrawn_movement
-- Grain: one entry of a movement that waits for an answer again. Inputs: $entry_id.
INSERT INTO ledger.withdrawn_movement VALUES ($entry_id)

-- name: newer_answer
-- Grain: one answer in force about the movement of another answer. Inputs: ledger.movement_answer; $answer_id. Order:
-- answer_id.
SELECT newer.correction_id
FROM ledger.movement_answer AS answer
JOIN ledger.movement_answer AS newer USING (import_id, company_code, progressive)
WHERE answer.answer_id = $answer_id AND newer.answer_id <> answer.answer_id AND newer.withdrawn_at IS NULL
ORDER BY newer.answer_id

-- name: movement_to_restore
-- Grain: one entry of a movement that a correction took out of the ledger. Inputs: ledger.correction_effect;
-- $correction_id. Order: entry_id.
SELECT object_id AS entry_id
FROM ledger.correction_effect
WHERE correction_id = $correction_id AND effect_kind = 'movement_withdrawn'
ORDER BY object_id

-- name: movement_of_entry
-- Grain: one movement that stands in the ledger again. Inputs: ledger.journal_entry; $entry_id.
SELECT movement_key, entry_id, import_id FROM ledger.journal_entry WHERE entry_id = $entry_id

-- name: delete_withdrawn_movement
-- Grain: one entry of a movement that waits for an answer no more. Inputs: $entry_id.
DELETE FROM ledger.withdrawn_movement WHERE entry_id = $entry_id

-- name: note_posted_movements
-- Grain: one entry that the last attempt at a file posted. Inputs: ledger.journal_entry, ledger.file_import;
-- $correction_id, $import_id. The entries are the import's, not the correction's: undoing it takes back those of which
-- it answered.
INSERT INTO ledger.correction_effect
SELECT $correction_id, 'movement_posted', entry.entry_id, NULL
FROM ledger.journal_entry AS entry
JOIN ledger.file_import AS import ON import.import_id = entry.import_id AND import.attempt = entry.attempt
WHERE entry.import_id = $import_id AND entry.entry_kind = 'trace'

-- name: same_but_posted
-- Grain: one movement of which this correction said that it is in the ledger already, and which its file had to post
-- all the same, since no other file brings an equal one any more. Inputs: ledger.correction_effect,
-- ledger.movement_answer, ledger.file_import, ledger.journal_entry, ledger.withdrawn_movement; $correction_id. Order:
-- answer_id.
SELECT import.import_id, import.partition_key, answer.line_number
FROM ledger.correction_effect AS effect
JOIN ledger.movement_answer AS answer ON answer.answer_id = effect.object_id
JOIN ledger.file_import AS import USING (import_id)
WHERE effect.correction_id = $correction_id AND effect.effect_kind IN ('movement_answered', 'movement_answer_restored')
  AND answer.answer = 'same'
  AND EXISTS (SELECT 1
              FROM ledger.journal_entry AS entry
              ANTI JOIN ledger.withdrawn_movement USING (entry_id)
              WHERE entry.import_id = answer.import_id AND entry.company_code = answer.company_code
                AND entry.progressive = answer.progressive AND entry.entry_kind = 'trace')
ORDER BY answer.answer_id

-- name: movement_question
-- Grain: one open question whether a movement of a file is another than one in the ledger. Inputs: ledger.finding,
-- ledger.file_import; $file (number, partition key, or name of the file). Order: import, line.
SELECT import.import_id, import.partition_key, finding.line_number, finding.company_code, finding.progressive
FROM ledger.finding AS finding
JOIN ledger.file_import AS import ON import.import_id = finding.import_id AND import.attempt = finding.attempt
WHERE ('I' || import.import_id = upper($file) OR import.partition_key = $file OR import.source_file = $file)
  AND import.status IN ('failed', 'incomplete')
  AND finding.finding_code IN ('movement_may_be_repeated', 'movement_twice_in_file') AND finding.resolution IS NULL
ORDER BY import.import_id, finding.line_number

-- name: answer_of_line
-- Grain: one answer in force of a person about a movement of a file. Inputs: ledger.movement_answer,
-- ledger.file_import; $file (number, partition key, or name of the file), $line_number. Order: newest first.
SELECT import.import_id, import.partition_key, answer.correction_id
FROM ledger.movement_answer AS answer
JOIN ledger.file_import AS import USING (import_id)
WHERE ('I' || import.import_id = upper($file) OR import.partition_key = $file OR import.source_file = $file)
  AND answer.line_number = $line_number
  AND import.status IN ('posted', 'incomplete', 'failed') AND answer.withdrawn_at IS NULL
  AND answer.correction_id IS NOT NULL
ORDER BY answer.answer_id DESC
