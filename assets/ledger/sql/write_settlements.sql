-- Grain: one posting against one open item. Input: given.
INSERT INTO ledger.settlement BY NAME
SELECT settlement_id, item_id, entry_id, line_number, import_id, settlement_date, settlement_flag, amount, amount_company_currency,
       matching_rule, created_at
FROM given
