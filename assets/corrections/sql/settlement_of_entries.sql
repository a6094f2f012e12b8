-- Grain: one settlement that stands, by a posting of the target entries. Inputs: target (entries), ledger.settlement. Order:
-- settlement_id.
SELECT settlement.settlement_id
FROM ledger.settlement AS settlement
JOIN target ON target.id = settlement.entry_id
WHERE settlement.undone_at IS NULL
ORDER BY settlement.settlement_id
