-- Grain: one entry that counts no longer. Input: reversal. Invariant: the primary key refuses a second reversal.
INSERT INTO ledger.reversed_entry SELECT entry_id, reversal_entry_id FROM reversal
