-- Grain: one entry that counts no longer. Input: given. Invariant: the primary key refuses a second reversal.
INSERT INTO ledger.reversed_entry BY NAME
SELECT entry_id, reversal_entry_id FROM given
