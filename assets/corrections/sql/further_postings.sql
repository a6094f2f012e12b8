-- Grain: one settlement of an item, by a trace (what a person made is undone as a whole), whose line made further postings: a withholding, VAT that became due, an exchange
-- difference. Inputs: ledger.settlement, ledger.posting_rule_use; $item_id. Order: settlement_id.
SELECT DISTINCT settlement.settlement_id, settlement.entry_id, settlement.line_number
FROM ledger.settlement AS settlement
JOIN ledger.posting_rule_use AS made
  ON made.entry_id = settlement.entry_id AND made.is_generated
 AND (made.source_line_number = settlement.line_number OR made.line_number = settlement.line_number)
WHERE settlement.item_id = $item_id AND settlement.undone_at IS NULL AND settlement.import_id IS NOT NULL
ORDER BY settlement.settlement_id
