-- Grain: one movement of which this correction said that it is in the ledger already, and which its file had to post all the same,
-- since no other file brings an equal one any more. Inputs: ledger.correction_effect, ledger.movement_answer, ledger.file_import,
-- ledger.journal_entry, ledger.withdrawn_movement; $correction_id. Order: answer_id.
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
