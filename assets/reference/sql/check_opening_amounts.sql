-- Grain: one opening item in the company's own currency whose two amounts differ, or one amount with more
-- decimals than its currency has. Inputs: open_item, company, currency_digits.
SELECT 'opening_open_items.csv' AS file_name, item.line_number, 'original_amount_company_currency' AS field,
       'reference_value_invalid' AS finding_code, item.original_amount_company_currency AS raw_value,
       'the same as original_amount, since the item is in the currency of the company' AS expected
FROM open_item AS item
JOIN company USING (company_code)
WHERE item.currency_code = company.currency_code
  AND CAST(item.original_amount AS DECIMAL(18,4)) <> CAST(item.original_amount_company_currency AS DECIMAL(18,4))
UNION ALL
SELECT 'opening_open_items.csv', amount.line_number, amount.field, 'reference_value_invalid', amount.raw_value,
       'at most ' || coalesce(digits.digits, 2) || ' decimals, as ' || amount.currency_code || ' has'
FROM (
    SELECT line_number, 'original_amount' AS field, original_amount AS raw_value, currency_code FROM open_item
    UNION ALL
    SELECT item.line_number, 'original_amount_company_currency', item.original_amount_company_currency,
           company.currency_code
    FROM open_item AS item JOIN company USING (company_code)
) AS amount
LEFT JOIN currency_digits AS digits USING (currency_code)
WHERE length(rtrim(split_part(amount.raw_value, '.', 2), '0')) > coalesce(digits.digits, 2)
ORDER BY 2, 3
