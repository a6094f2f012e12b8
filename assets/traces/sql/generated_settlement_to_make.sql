-- Grain: one settlement by a posting that a special case adds. Inputs: numbered_posting, entry_line, posted_movement,
-- ledger.settlement; $import_id, $now.
SELECT (SELECT coalesce(max(settlement_id), 0) FROM ledger.settlement)
       + row_number() OVER (ORDER BY generated.entry_id, generated.entry_line_number) AS settlement_id,
       generated.item_id, generated.entry_id, generated.entry_line_number AS line_number, $import_id AS import_id,
       posted.operation_date AS settlement_date, entry.settlement_flag, generated.settled_amount AS amount,
       abs(generated.company_amount) AS amount_company_currency, generated.posting_rule AS matching_rule, $now AS created_at
FROM numbered_posting AS generated
JOIN entry_line AS entry ON entry.line_number = generated.line_number
JOIN posted_movement AS posted ON posted.movement_number = entry.movement_number
WHERE generated.settled_amount IS NOT NULL
