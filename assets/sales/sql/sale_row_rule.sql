-- Grain: one line of an invoice, with its revenue account, VAT code and VAT account: those of the line itself, else of the most
-- specific rule that fits. Inputs: sale_row, sale, sale_party, sales_rule. rule_count is how many answers the equally specific
-- rules give; only where it is one is there any. Most specific: text of the line, then customer, then VAT nature, then VAT
-- rate, then company.
CREATE OR REPLACE TEMP TABLE sale_row_rule AS
WITH fit AS (
    SELECT line.position, line.ordinal, rule.rule_code,
           coalesce(line.given_account_code, rule.account_code) AS account_code,
           coalesce(line.given_vat_code, rule.vat_code) AS vat_code, rule.vat_account_code,
           16 * (rule.line_text IS NOT NULL)::INTEGER + 8 * (rule.counterparty_code IS NOT NULL)::INTEGER
           + 4 * (rule.vat_nature IS NOT NULL)::INTEGER + 2 * (rule.vat_rate IS NOT NULL)::INTEGER
           + (rule.company_code IS NOT NULL)::INTEGER AS specificity
    FROM sale_row AS line
    JOIN sale USING (position)
    JOIN sale_party AS party USING (position)
    JOIN sales_rule AS rule
      ON (rule.company_code IS NULL OR rule.company_code = sale.company_code)
     AND (rule.counterparty_code IS NULL OR rule.counterparty_code = party.counterparty_code)
     AND (rule.vat_rate IS NULL OR rule.vat_rate = line.vat_rate)
     AND (rule.vat_nature IS NULL OR rule.vat_nature = line.vat_nature)
     AND (rule.line_text IS NULL OR contains(lower(line.description), lower(rule.line_text)))
), best AS (
    SELECT position, ordinal, min(rule_code) AS rule_code, min(account_code) AS account_code, min(vat_code) AS vat_code,
           min(vat_account_code) AS vat_account_code,
           count(DISTINCT account_code || '|' || vat_code || '|' || coalesce(vat_account_code, '')) AS rule_count,
           string_agg(rule_code, ', ' ORDER BY rule_code) AS rule_codes
    FROM (SELECT *, max(specificity) OVER (PARTITION BY position, ordinal) AS highest FROM fit)
    WHERE specificity = highest
    GROUP BY position, ordinal
)
SELECT line.position, line.ordinal, coalesce(best.rule_count, 0) AS rule_count, best.rule_codes,
       CASE WHEN best.rule_count = 1 AND (line.given_account_code IS NULL OR line.given_vat_code IS NULL) THEN best.rule_code END AS rule_code,
       coalesce(line.given_account_code, CASE WHEN best.rule_count = 1 THEN best.account_code END) AS account_code,
       coalesce(line.given_vat_code, CASE WHEN best.rule_count = 1 THEN best.vat_code END) AS vat_code,
       CASE WHEN best.rule_count = 1 THEN best.vat_account_code END AS vat_account_code
FROM sale_row AS line
LEFT JOIN best USING (position, ordinal)
