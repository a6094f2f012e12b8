-- Grain: one movement that stands in the ledger again. Inputs: ledger.journal_entry; $entry_id.
SELECT movement_key, entry_id, import_id FROM ledger.journal_entry WHERE entry_id = $entry_id
