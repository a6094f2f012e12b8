-- Grain: one entry that the last attempt at a file posted. Inputs: ledger.journal_entry, ledger.file_import; $correction_id,
-- $import_id. The entries are the import's, not the correction's: undoing it takes back those of which it answered.
INSERT INTO ledger.correction_effect
SELECT $correction_id, 'movement_posted', entry.entry_id, NULL
FROM ledger.journal_entry AS entry
JOIN ledger.file_import AS import ON import.import_id = entry.import_id AND import.attempt = entry.attempt
WHERE entry.import_id = $import_id AND entry.entry_kind = 'trace'
