-- Grain: one entry that counts again, since its reversal is reversed now. Input: given (the reversals that are reversed).
DELETE FROM ledger.reversed_entry WHERE reversal_entry_id IN (SELECT entry_id FROM given)
