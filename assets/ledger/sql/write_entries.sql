-- Grain: one journal entry. Input: given. What it reverses is written by a reversal (write_reversals).
INSERT INTO ledger.journal_entry BY NAME
SELECT entry_id, import_id, attempt, entry_kind, company_code, posting_date, accounting_reason_code, progressive, movement_key,
       source_line, created_at
FROM given
