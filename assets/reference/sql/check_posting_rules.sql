-- Grain: one value of a posting rule that does not fit: a reason that a company for which the rule is meant lacks, an
-- account or days that the rule does not use, a transit account of another kind. Inputs: posting_rule,
-- accounting_reason, account, company. A blank company_code means every company.
SELECT 'posting_rules.csv' AS file_name, rule.line_number, 'accounting_reason_code' AS field,
       'reference_code_unknown' AS finding_code, rule.accounting_reason_code AS raw_value,
       'a code of accounting_reasons.csv for '
       || string_agg(company.company_code, ', ' ORDER BY company.company_code) AS expected
FROM posting_rule AS rule
JOIN company ON company.company_code = coalesce(rule.company_code, company.company_code)
WHERE NOT EXISTS (
      SELECT 1 FROM accounting_reason AS reason
      WHERE reason.accounting_reason_code = rule.accounting_reason_code
        AND coalesce(reason.company_code, company.company_code) = company.company_code)
GROUP BY rule.line_number, rule.accounting_reason_code
UNION ALL
SELECT 'posting_rules.csv', line_number, 'account_code', 'reference_value_invalid', account_code,
       'nothing: only the rule unpaid has an account'
FROM posting_rule
WHERE posting_rule <> 'unpaid' AND account_code IS NOT NULL
UNION ALL
SELECT 'posting_rules.csv', line_number, 'due_days', 'reference_value_invalid', due_days,
       'nothing: only the rules unpaid and forecast have days'
FROM posting_rule
WHERE posting_rule = 'payment_order' AND due_days IS NOT NULL
UNION ALL
SELECT DISTINCT 'posting_rules.csv', rule.line_number, 'account_code', 'reference_value_invalid', rule.account_code,
       'an account that is neither of a bank nor of a customer or supplier: unpaid items pass through it'
FROM posting_rule AS rule
JOIN account ON account.company_code = coalesce(rule.company_code, account.company_code)
            AND account.account_code = rule.account_code
WHERE account.account_kind IN ('bank', 'customer', 'supplier')
ORDER BY file_name, line_number, field
