-- Grain: one entry of an import that counts. Inputs: ledger.journal_entry, ledger.reversed_entry; $import_id.
SELECT entry.entry_id
FROM ledger.journal_entry AS entry
ANTI JOIN ledger.reversed_entry AS reversed ON reversed.entry_id = entry.entry_id
WHERE entry.import_id = $import_id
ORDER BY entry.entry_id
