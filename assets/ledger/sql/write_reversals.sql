-- Grain: one journal entry that reverses another; no file brought it. Inputs: given, ledger.journal_entry; $now. Without a
-- posting_date it has the date of the reversed entry.
INSERT INTO ledger.journal_entry BY NAME
SELECT given.reversal_entry_id AS entry_id, 'reversal' AS entry_kind, entry.company_code,
       coalesce(given.posting_date, entry.posting_date) AS posting_date, entry.accounting_reason_code, entry.entry_id AS reverses_entry_id,
       $now AS created_at
FROM given
JOIN ledger.journal_entry AS entry USING (entry_id)
