-- Grain: one movement of this import that stands in the ledger. Inputs: ledger.journal_entry; $import_id.
SELECT company_code, progressive
FROM ledger.journal_entry
WHERE import_id = $import_id AND entry_kind = 'trace'
