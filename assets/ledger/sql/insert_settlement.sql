-- Grain: one settlement per payment line that settles something. Inputs: new_settlement, ledger.posting ids.
INSERT INTO ledger.settlement
SELECT (SELECT coalesce(max(settlement_id), 0) FROM ledger.settlement) + row_number() OVER (ORDER BY settlement.line_number),
       settlement.item_id, numbered.entry_id, numbered.line_number, $import_id, numbered.operation_date,
       settlement.settlement_flag, settlement.applied_amount, settlement.applied_company_amount,
       'company and open_item_key', $now, NULL, NULL
FROM new_settlement AS settlement
JOIN (
    SELECT entry.line_number AS source_line, posted.entry_id, posted.operation_date,
           row_number() OVER (PARTITION BY posted.entry_id ORDER BY entry.line_number) AS line_number
    FROM entry_line AS entry JOIN posted_movement AS posted USING (movement_number)
) AS numbered ON numbered.source_line = settlement.line_number
