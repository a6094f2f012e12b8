-- Grain: one journal entry that reverses another, on the same date; no file brought it. Inputs: ledger.journal_entry;
-- $entry_id (the new one), $reversed_entry_id, $now.
INSERT INTO ledger.journal_entry
SELECT $entry_id, NULL, NULL, 'reversal', company_code, posting_date, accounting_reason_code, NULL, NULL, NULL, entry_id, $now
FROM ledger.journal_entry
WHERE entry_id = $reversed_entry_id
