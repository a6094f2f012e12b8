-- Grain: one withholding or deferred VAT that does not fit its opening item: no such item, one in another currency
-- than its company's, an amount too large. Inputs: item_withholding, item_deferred_vat, open_item, company.
WITH named AS (
    SELECT 'item_withholding.csv' AS file_name, line_number, 'withholding_amount' AS field, company_code, open_item_key,
           withholding_amount AS amount, CAST(withholding_amount AS DECIMAL(18,4)) AS together
    FROM item_withholding
    UNION ALL
    SELECT 'item_deferred_vat.csv', line_number, 'deferred_amount', company_code, open_item_key, deferred_amount,
           sum(CAST(deferred_amount AS DECIMAL(18,4))) OVER (PARTITION BY company_code, open_item_key)
    FROM item_deferred_vat
), found AS (
    SELECT named.*, item.currency_code, item.side, CAST(item.original_amount AS DECIMAL(18,4)) AS original_amount,
           company.currency_code AS company_currency_code
    FROM named
    LEFT JOIN open_item AS item USING (company_code, open_item_key)
    LEFT JOIN company USING (company_code)
)
SELECT file_name, line_number, 'open_item_key' AS field, 'reference_code_unknown' AS finding_code,
       company_code || ' ' || open_item_key AS raw_value, 'an item of opening_open_items.csv' AS expected
FROM found WHERE original_amount IS NULL
UNION ALL
SELECT file_name, line_number, 'open_item_key', 'reference_value_invalid', open_item_key,
       'an item in ' || company_currency_code || ', the currency of the company'
FROM found WHERE currency_code <> company_currency_code
UNION ALL
SELECT file_name, line_number, 'open_item_key', 'reference_value_invalid', open_item_key,
       'an item of the side credit: what is withheld from us is no debt of ours'
FROM found WHERE file_name = 'item_withholding.csv' AND side = 'debit'
UNION ALL
SELECT file_name, line_number, field, 'reference_value_invalid', amount,
       'less than the original_amount ' || CAST(original_amount AS VARCHAR) || ' of the item'
FROM found WHERE together >= original_amount
ORDER BY file_name, line_number, field
