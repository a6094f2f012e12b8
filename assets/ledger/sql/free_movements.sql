-- Grain: one movement that stands no longer. Input: given (entries).
DELETE FROM ledger.imported_movement WHERE entry_id IN (SELECT entry_id FROM given)
