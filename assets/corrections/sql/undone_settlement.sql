-- Grain: one settlement that is undone now. Inputs: target (settlements), ledger.settlement,
-- ledger.settlement_link, ledger.reversed_entry.
CREATE OR REPLACE TEMP TABLE undone_settlement AS
SELECT settlement.settlement_id, settlement.item_id, settlement.entry_id, settlement.line_number, settlement.amount,
       settlement.amount_company_currency AS company_amount, link.linked_amount, reversed.reversal_entry_id
FROM ledger.settlement AS settlement
JOIN ledger.settlement_link AS link USING (settlement_id)
JOIN target ON target.id = settlement.settlement_id
LEFT JOIN ledger.reversed_entry AS reversed ON reversed.entry_id = settlement.entry_id
WHERE settlement.undone_at IS NULL
