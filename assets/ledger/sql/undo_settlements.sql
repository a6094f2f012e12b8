-- Grain: one settlement that is undone; it stays. Input: given; $now.
UPDATE ledger.settlement AS settlement
SET undone_at = $now, undone_by_entry_id = given.undone_by_entry_id
FROM given
WHERE given.settlement_id = settlement.settlement_id
