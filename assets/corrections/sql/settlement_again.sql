-- Grain: one settlement that was undone and is made again now, with its new number. Inputs: target (settlements),
-- ledger.settlement, ledger.settlement_link.
CREATE OR REPLACE TEMP TABLE settlement_again AS
SELECT settlement.*, link.linked_amount, (SELECT max(settlement_id) FROM ledger.settlement) + row_number() OVER (ORDER BY settlement.settlement_id) AS new_settlement_id
FROM ledger.settlement AS settlement
JOIN ledger.settlement_link AS link USING (settlement_id)
JOIN target ON target.id = settlement.settlement_id
WHERE settlement.undone_at IS NOT NULL
