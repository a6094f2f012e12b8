-- Grain: one VAT code of a posting rule that a company for which the rule is meant lacks; a blank
-- company_code means every company. Inputs: invoice_rule, vat_code, company.
SELECT 'invoice_rules.csv' AS file_name, rule.line_number, 'vat_code' AS field,
       'reference_code_unknown' AS finding_code, rule.vat_code AS raw_value,
       'a vat_code in vat_codes.csv for '
       || string_agg(company.company_code, ', ' ORDER BY company.company_code) AS expected
FROM invoice_rule AS rule
JOIN company ON company.company_code = coalesce(rule.company_code, company.company_code)
WHERE rule.vat_code IS NOT NULL
  AND NOT EXISTS (
      SELECT 1 FROM vat_code AS code
      WHERE code.vat_code = rule.vat_code
        AND coalesce(code.company_code, company.company_code) = company.company_code)
GROUP BY ALL
ORDER BY rule.line_number
