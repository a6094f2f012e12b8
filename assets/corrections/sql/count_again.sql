-- Grain: one entry that counts again, since its reversal is reversed now. Inputs: reversal, ledger.reversed_entry.
DELETE FROM ledger.reversed_entry WHERE reversal_entry_id IN (SELECT entry_id FROM reversal)
