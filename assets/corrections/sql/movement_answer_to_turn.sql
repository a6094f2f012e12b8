-- Grain: one answer that a correction gave, withdrew or restored, with the entry by which its movement stands in the ledger (null if
-- it does not). Inputs: ledger.correction_effect, ledger.movement_answer, ledger.file_import, ledger.journal_entry,
-- ledger.withdrawn_movement; $correction_id. Order: answer_id.
SELECT answer.answer_id, answer.answer, answer.line_number, effect.effect_kind, import.import_id, import.partition_key, import.status,
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
  ON entry.import_id = answer.import_id AND entry.company_code = answer.company_code AND entry.progressive = answer.progressive
WHERE effect.correction_id = $correction_id
  AND effect.effect_kind IN ('movement_answered', 'movement_answer_withdrawn', 'movement_answer_restored')
ORDER BY answer.answer_id
