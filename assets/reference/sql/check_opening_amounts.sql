-- Grain: one opening item in the company's own currency whose two amounts differ. Inputs: open_item, company.
SELECT 'opening_open_items.csv' AS file_name, item.line_number, 'original_amount_company_currency' AS field,
       'reference_value_invalid' AS finding_code, item.original_amount_company_currency AS raw_value,
       'the same as original_amount, since the item is in the currency of the company' AS expected
FROM open_item AS item
JOIN company USING (company_code)
WHERE item.currency_code = company.currency_code
  AND CAST(item.original_amount AS DECIMAL(18,4)) <> CAST(item.original_amount_company_currency AS DECIMAL(18,4))
ORDER BY 2, 3
