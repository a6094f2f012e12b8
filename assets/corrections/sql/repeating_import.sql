-- Grain: one import that left something out, since the import that is deleted now had brought it: the same content, single
-- movements, or movements without a number of which is known that they are the same and for which not so many are left. Inputs:
-- ledger.file_import, ledger.finding, ledger.journal_entry, ledger.movement_answer, ledger.unnumbered_movement,
-- ledger.imported_movement (without the keys of the deleted import); $import_id. Order: import_id.
SELECT import.import_id
FROM ledger.file_import AS import
WHERE import.source_kind = 'trace'
  AND ((import.status = 'repeated' AND import.repeats_import_id = $import_id)
       OR (import.status = 'posted' AND import.import_id IN (
               SELECT finding.import_id
               FROM ledger.finding
               JOIN ledger.journal_entry AS entry ON entry.movement_key = finding.raw_value AND entry.import_id = $import_id
               WHERE finding.finding_code = 'movement_already_imported' AND finding.import_id <> $import_id))
       OR (import.status = 'posted' AND import.import_id IN (
               SELECT answer.import_id
               FROM ledger.movement_answer AS answer
               WHERE answer.answer = 'same' AND answer.withdrawn_at IS NULL AND answer.import_id <> $import_id
                 AND answer.equality_hash IN (
                     SELECT equality_hash
                     FROM ledger.unnumbered_movement JOIN ledger.journal_entry USING (entry_id)
                     WHERE import_id = $import_id)
               GROUP BY answer.import_id, answer.equality_hash
               HAVING count(*) > (
                   SELECT count(*)
                   FROM ledger.unnumbered_movement AS equal
                   JOIN ledger.imported_movement AS imported USING (entry_id)
                   WHERE equal.equality_hash = answer.equality_hash AND imported.import_id <> answer.import_id))))
ORDER BY import.import_id
