-- Grain: one settlement by a posting that a special case adds. Inputs: numbered_posting, entry_line, posted_movement,
-- ledger.settlement.
INSERT INTO ledger.settlement
SELECT (SELECT coalesce(max(settlement_id), 0) FROM ledger.settlement) + row_number() OVER (ORDER BY generated.entry_id, generated.entry_line_number),
       generated.item_id, generated.entry_id, generated.entry_line_number, $import_id, posted.operation_date, entry.settlement_flag,
       generated.settled_amount, abs(generated.company_amount), generated.posting_rule, $now, NULL, NULL
FROM numbered_posting AS generated
JOIN entry_line AS entry ON entry.line_number = generated.line_number
JOIN posted_movement AS posted ON posted.movement_number = entry.movement_number
WHERE generated.settled_amount IS NOT NULL
