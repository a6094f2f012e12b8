-- Grain: one settlement per payment line that settles something. Input: new_settlement, one row a line; $import_id, $now. Ids follow
-- the lines; lines that settle nothing leave gaps, since numbering a million rows without gaps would cost a sort.
SELECT (SELECT coalesce(max(settlement_id), 0) FROM ledger.settlement) + line_number AS settlement_id,
       item_id, entry_id, entry_line_number AS line_number, $import_id AS import_id, operation_date AS settlement_date, settlement_flag,
       applied_amount AS amount, settled_company_amount AS amount_company_currency, 'company and open_item_key' AS matching_rule,
       $now AS created_at
FROM new_settlement
