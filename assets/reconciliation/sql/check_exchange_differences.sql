-- Grain: one settlement whose exchange difference is booked nowhere, since its company has no accounts for it (D21).
-- Input: exchange_settlement.
SELECT line_number, 'amount_company_currency' AS field, 'exchange_difference_not_booked' AS finding_code,
       amount_text(applied_company_amount) AS raw_value,
       'accounts for exchange differences of ' || company_code || '; the item''s share is ' || amount_text(share_amount)
       || ' ' || company_currency_code || ', the difference ' || amount_text(abs(difference_amount)) AS expected
FROM exchange_settlement
WHERE NOT has_accounts AND difference_amount <> 0
