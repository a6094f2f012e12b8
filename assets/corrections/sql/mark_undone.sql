-- Grain: one settlement that is undone; it stays. Inputs: undone_settlement; $now.
UPDATE ledger.settlement AS settlement
SET undone_at = $now, undone_by_entry_id = undone.reversal_entry_id
FROM undone_settlement AS undone
WHERE undone.settlement_id = settlement.settlement_id
