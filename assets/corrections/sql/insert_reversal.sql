-- Grain: one journal entry that reverses another; no file brought it. Inputs: reversal, ledger.journal_entry;
-- $posting_date (null = the date of the reversed entry), $now.
INSERT INTO ledger.journal_entry
SELECT reversal.reversal_entry_id, NULL, NULL, 'reversal', entry.company_code,
       coalesce(CAST($posting_date AS DATE), entry.posting_date), entry.accounting_reason_code, NULL, NULL, NULL, entry.entry_id, $now
FROM reversal
JOIN ledger.journal_entry AS entry USING (entry_id)
