-- Grain: one of the target entries that counts. Inputs: target (entries), ledger.reversed_entry. Order: entry.
SELECT target.id AS entry_id FROM target ANTI JOIN ledger.reversed_entry AS reversed ON reversed.entry_id = target.id ORDER BY target.id
