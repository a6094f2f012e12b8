-- Grain: one thing wrong with whom an invoice names: our company, the customer, or the customer's account. Inputs: sale,
-- sale_party. A draft needs a company only, without which it is nobody's.
SELECT sale.position, sale.line_number, sale.byte_start, sale.byte_end, 'company_code' AS field,
       'sales_company_unknown' AS finding_code, sale.company_name_given AS raw_value, CAST(NULL AS VARCHAR) AS expected
FROM sale
WHERE sale.is_readable AND sale.company_code IS NULL
UNION ALL
SELECT sale.position, sale.line_number, sale.byte_start, sale.byte_end,
       CASE WHEN sale.customer_code IS NOT NULL THEN 'customer_code' WHEN sale.customer_vat_number IS NOT NULL THEN 'customer_vat_number'
            WHEN sale.customer_tax_code IS NOT NULL THEN 'customer_tax_code' ELSE 'customer_code' END,
       CASE WHEN party.customer_count = 0 THEN 'sales_customer_unknown' ELSE 'sales_customer_ambiguous' END,
       coalesce(sale.customer_code, concat_ws(' ', sale.customer_vat_number, sale.customer_tax_code, sale.customer_name)),
       CASE WHEN party.customer_count > 1 THEN 'one customer with these numbers, not ' || party.customer_codes END
FROM sale
JOIN sale_party AS party USING (position)
WHERE sale.is_to_book AND party.customer_count <> 1
UNION ALL
SELECT sale.position, sale.line_number, sale.byte_start, sale.byte_end, 'customer_code', 'sales_customer_account_missing',
       party.counterparty_code,
       'one active account of kind customer for ' || party.counterparty_code || ' of ' || sale.company_code
       || ' in chart_of_accounts.csv' || coalesce(', not ' || party.account_codes, '')
FROM sale
JOIN sale_party AS party USING (position)
WHERE sale.is_to_book AND party.customer_count = 1 AND party.account_count <> 1
