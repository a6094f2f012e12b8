-- Grain: one import that left something out, since the import that is deleted now had brought it: the same content, or single
-- movements. Inputs: ledger.file_import, ledger.finding, ledger.journal_entry; $import_id. Order: import_id.
SELECT import.import_id
FROM ledger.file_import AS import
WHERE import.source_kind = 'trace'
  AND ((import.status = 'repeated' AND import.repeats_import_id = $import_id)
       OR (import.status = 'posted' AND import.import_id IN (
               SELECT finding.import_id
               FROM ledger.finding
               JOIN ledger.journal_entry AS entry ON entry.movement_key = finding.raw_value AND entry.import_id = $import_id
               WHERE finding.finding_code = 'movement_already_imported' AND finding.import_id <> $import_id)))
ORDER BY import.import_id
