-- Grain: one movement of this import that stands in the ledger. Inputs: ledger.journal_entry, ledger.withdrawn_movement;
-- $import_id. Whether the entry is reversed does not matter, unless the answer that posted it was undone.
SELECT company_code, progressive
FROM ledger.journal_entry
ANTI JOIN ledger.withdrawn_movement USING (entry_id)
WHERE import_id = $import_id AND entry_kind = 'trace'
