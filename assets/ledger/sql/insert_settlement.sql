-- Grain: one settlement per payment line that settles something. Inputs: new_settlement,
-- entry_line, posted_movement.
INSERT INTO ledger.settlement
SELECT (SELECT coalesce(max(settlement_id), 0) FROM ledger.settlement) + row_number() OVER (ORDER BY settlement.line_number),
       settlement.item_id, posted.entry_id, entry.entry_line_number, $import_id, posted.operation_date,
       settlement.settlement_flag, settlement.applied_amount, settlement.applied_company_amount,
       'company and open_item_key', $now, NULL, NULL
FROM new_settlement AS settlement
JOIN entry_line AS entry ON entry.line_number = settlement.line_number
JOIN posted_movement AS posted ON posted.movement_number = entry.movement_number
