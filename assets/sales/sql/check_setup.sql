-- Grain: one thing that the reference data lack for an invoice that is to be booked, or that is not posted at all. Inputs: sale,
-- sale_party, sale_row, sale_row_rule, sale_vat, sale_rate, sales_rule, account, accounting_period, accounting_reason.
SELECT sale.position, sale.line_number, sale.byte_start, sale.byte_end, 'document' AS field, 'sales_not_handled' AS finding_code,
       sale.unhandled AS raw_value, CAST(NULL AS VARCHAR) AS expected
FROM sale
WHERE sale.is_to_book AND sale.unhandled IS NOT NULL
UNION ALL
SELECT sale.position, sale.line_number, sale.byte_start, sale.byte_end, 'document_date', 'sales_period_closed',
       CAST(sale.document_date AS VARCHAR), 'a date in an open period of ' || sale.company_code || ' in accounting_periods.csv'
FROM sale
WHERE sale.is_to_book
  AND NOT EXISTS (SELECT 1 FROM accounting_period AS period
                  WHERE period.company_code = sale.company_code AND period.period_status = 'open'
                    AND sale.document_date BETWEEN period.start_date AND period.end_date)
UNION ALL
SELECT sale.position, sale.line_number, sale.byte_start, sale.byte_end, 'currency_code', 'sales_exchange_rate_missing',
       sale.currency_code, 'a rate to ' || sale.company_currency_code || ' of the ten days up to ' || sale.document_date
       || ' in exchange_rates.csv'
FROM sale
JOIN sale_rate AS rate USING (position)
WHERE sale.is_to_book AND rate.rate_units IS NULL
UNION ALL
SELECT sale.position, sale.line_number, sale.byte_start, sale.byte_end, 'setting.sales_reason', 'sales_reason_unknown',
       sale.sales_reason, NULL
FROM sale
WHERE sale.is_to_book
  AND NOT EXISTS (SELECT 1 FROM accounting_reason AS reason
                  WHERE reason.accounting_reason_code = sale.sales_reason
                    AND coalesce(reason.company_code, sale.company_code) = sale.company_code)
UNION ALL
SELECT sale.position, sale.line_number, sale.byte_start, sale.byte_end, 'setting.rounding_account', 'sales_rounding_account_missing',
       '', NULL
FROM sale
WHERE sale.is_to_book AND sale.payable_rounding_amount <> 0 AND sale.rounding_account IS NULL
UNION ALL
SELECT line.position, line.line_number, line.byte_start, line.byte_end, line.place_of_field || 'description',
       CASE WHEN rule.rule_count > 1 THEN 'sales_rule_ambiguous' ELSE 'sales_rule_missing' END, line.description,
       CASE WHEN rule.rule_count > 1 THEN 'one rule that is more specific than the others, not ' || rule.rule_codes END
FROM sale_row AS line
JOIN sale USING (position)
JOIN sale_row_rule AS rule USING (position, ordinal)
WHERE sale.is_to_book AND (rule.account_code IS NULL OR rule.vat_code IS NULL)
UNION ALL
SELECT line.position, line.line_number, line.byte_start, line.byte_end, line.place_of_field || 'account_code', 'sales_account_unknown',
       line.given_account_code, 'an active account of ' || sale.company_code || ' in chart_of_accounts.csv'
FROM sale_row AS line
JOIN sale USING (position)
LEFT JOIN account AS known
       ON known.company_code = sale.company_code AND known.account_code = line.given_account_code AND known.is_active
WHERE sale.is_to_book AND line.given_account_code IS NOT NULL AND known.account_code IS NULL
UNION ALL
SELECT line.position, line.line_number, line.byte_start, line.byte_end, line.place_of_field || 'vat_code', 'sales_vat_code_unknown',
       line.given_vat_code, 'a vat_code of sales_rules.csv'
FROM sale_row AS line
JOIN sale USING (position)
WHERE sale.is_to_book AND line.given_vat_code IS NOT NULL
  AND NOT EXISTS (SELECT 1 FROM sales_rule AS rule
                  WHERE rule.vat_code = line.given_vat_code AND coalesce(rule.company_code, sale.company_code) = sale.company_code)
UNION ALL
SELECT sale.position, sale.line_number, sale.byte_start, sale.byte_end, 'vat_rate', 'sales_vat_account_missing',
       concat_ws(' ', rtrim(rtrim(CAST(vat.vat_rate AS VARCHAR), '0'), '.') || ' %', vat.vat_nature),
       CASE WHEN vat.vat_account_count > 1 THEN 'the same vat_account_code in every rule that fits lines of one rate' END
FROM sale_vat AS vat
JOIN sale USING (position)
JOIN sale_total AS total USING (position)
WHERE sale.is_to_book AND vat.vat_account_count <> 1
  AND vat.computed_amount + CASE WHEN vat.is_largest THEN total.vat_difference_amount ELSE 0 END <> 0
  AND NOT EXISTS (SELECT 1 FROM sale_row_rule AS rule WHERE rule.position = sale.position AND rule.account_code IS NULL)
