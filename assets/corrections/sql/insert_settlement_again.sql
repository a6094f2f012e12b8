-- Grain: one settlement that is made again. Inputs: settlement_again; $now.
INSERT INTO ledger.settlement
SELECT new_settlement_id, item_id, entry_id, line_number, import_id, settlement_date, settlement_flag, amount,
       amount_company_currency, matching_rule, $now, NULL, NULL
FROM settlement_again
