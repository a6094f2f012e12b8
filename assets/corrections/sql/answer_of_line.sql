-- Grain: one answer in force of a person about a movement of a file. Inputs: ledger.movement_answer, ledger.file_import; $file (number,
-- partition key, or name of the file), $line_number. Order: newest first.
SELECT import.import_id, import.partition_key, answer.correction_id
FROM ledger.movement_answer AS answer
JOIN ledger.file_import AS import USING (import_id)
WHERE ('I' || import.import_id = upper($file) OR import.partition_key = $file OR import.source_file = $file) AND answer.line_number = $line_number
  AND import.status IN ('posted', 'incomplete', 'failed') AND answer.withdrawn_at IS NULL AND answer.correction_id IS NOT NULL
ORDER BY answer.answer_id DESC
