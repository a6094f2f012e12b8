-- Grain: one entry that is to count again, since its reversal is reversed now. Inputs: reversal, ledger.journal_entry.
CREATE OR REPLACE TEMP TABLE revived_entry AS
SELECT undone.reverses_entry_id AS entry_id
FROM reversal
JOIN ledger.journal_entry AS undone ON undone.entry_id = reversal.entry_id
WHERE undone.entry_kind = 'reversal'
