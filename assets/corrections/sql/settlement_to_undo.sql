-- Grain: one settlement that is undone. Input: undone_settlement.
SELECT settlement_id, item_id, amount, company_amount AS amount_company_currency, reversal_entry_id AS undone_by_entry_id
FROM undone_settlement
