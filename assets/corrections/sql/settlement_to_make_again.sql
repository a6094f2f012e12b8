-- Grain: one settlement that is made again. Inputs: settlement_again; $now.
SELECT new_settlement_id AS settlement_id, item_id, entry_id, line_number, import_id, settlement_date, settlement_flag, amount,
       amount_company_currency, matching_rule, $now AS created_at
FROM settlement_again
