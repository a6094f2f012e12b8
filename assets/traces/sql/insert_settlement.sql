-- Grain: one settlement per payment line that settles something. Input: new_settlement, one row a line. Ids follow the lines;
-- lines that settle nothing leave gaps, since numbering a million rows without gaps would cost a sort.
INSERT INTO ledger.settlement
SELECT (SELECT coalesce(max(settlement_id), 0) FROM ledger.settlement) + line_number,
       item_id, entry_id, entry_line_number, $import_id, operation_date, settlement_flag, applied_amount,
       settled_company_amount, 'company and open_item_key', $now, NULL, NULL
FROM new_settlement
