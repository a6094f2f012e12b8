-- Grain: one line of doc_line, with the account that its cost goes to: a person's decision, else (an advance) the supplier's advance
-- account of settings.csv, else the most specific rule, else the supplier's memory, else none. A rule may name the type of the
-- document as the ledger has it or as its own format has it. rule_count is how many rules fit equally well and
-- differ. Inputs: doc_line, doc_decision, doc_type, doc_party, invoice_rule, memory. Most specific: text of the line, then type of the
-- document, then supplier, then company, then the type of the document's own format.
CREATE OR REPLACE TEMP TABLE doc_line_account AS
WITH fit AS (
    SELECT line.document_id, line.line_number, line.vat_rate, line.vat_nature, rule.rule_code, rule.account_code, rule.vat_code,
           16 * (rule.line_text IS NOT NULL)::INTEGER + 8 * (rule.document_type IS NOT NULL)::INTEGER
           + 4 * (rule.counterparty_code IS NOT NULL)::INTEGER + 2 * (rule.company_code IS NOT NULL)::INTEGER
           + coalesce(rule.document_type <> line.document_type, false)::INTEGER AS specificity
    FROM doc_line AS line
    JOIN invoice_rule AS rule
      ON (rule.counterparty_code IS NULL OR rule.counterparty_code = line.counterparty_code)
     AND (rule.company_code IS NULL OR rule.company_code = line.company_code)
     AND (rule.document_type IS NULL OR rule.document_type IN (line.document_type, line.type_code))
     AND (rule.line_text IS NULL OR contains(line.line_text, lower(rule.line_text)))
), best AS (
    SELECT document_id, line_number, vat_rate, vat_nature, min(rule_code) AS rule_code, min(account_code) AS account_code,
           min(vat_code) AS vat_code, count(DISTINCT account_code || '|' || coalesce(vat_code, '')) AS rule_count,
           string_agg(rule_code, ', ' ORDER BY rule_code) AS rule_codes
    FROM (
        SELECT *, max(specificity) OVER (PARTITION BY document_id, line_number, vat_rate, vat_nature) AS highest FROM fit
    )
    WHERE specificity = highest
    GROUP BY document_id, line_number, vat_rate, vat_nature
)
SELECT line.document_id, line.line_number, line.vat_rate, line.vat_nature, line.amount, line.company_code,
       line.counterparty_code,
       CASE WHEN decision.account_code IS NOT NULL THEN decision.account_code
            WHEN advance.account_code IS NOT NULL THEN advance.account_code
            WHEN best.rule_count = 1 THEN best.account_code
            WHEN best.rule_count IS NULL THEN memory.account_code END AS account_code,
       CASE WHEN decision.vat_code IS NOT NULL THEN decision.vat_code
            WHEN best.rule_count = 1 THEN best.vat_code END AS vat_code,
       decision.vat_code IS NOT NULL AS is_code_decided,
       CASE WHEN decision.account_code IS NOT NULL THEN CASE WHEN decision.is_remembered THEN 'remembered' ELSE 'manual' END
            WHEN advance.account_code IS NOT NULL THEN 'setting'
            WHEN best.rule_count = 1 THEN 'rule'
            WHEN best.rule_count IS NULL AND memory.account_code IS NOT NULL THEN 'memory' END AS rule_kind,
       CASE WHEN decision.account_code IS NULL AND advance.account_code IS NOT NULL THEN 'supplier_advance_account'
            WHEN decision.account_code IS NULL AND best.rule_count = 1 THEN best.rule_code
            WHEN decision.account_code IS NULL THEN memory.evidence END AS rule_code,
       coalesce(best.rule_count, 0) AS rule_count, best.rule_codes
FROM doc_line AS line
LEFT JOIN doc_decision AS decision ON decision.document_id = line.document_id AND decision.decision = 'register'
LEFT JOIN (
    SELECT party.document_id, party.supplier_advance_account AS account_code
    FROM doc_party AS party JOIN doc_type AS kind USING (document_id)
    WHERE kind.treatment = 'advance'
) AS advance ON advance.document_id = line.document_id
LEFT JOIN best ON best.document_id = line.document_id AND best.line_number = line.line_number
              AND best.vat_rate IS NOT DISTINCT FROM line.vat_rate AND best.vat_nature IS NOT DISTINCT FROM line.vat_nature
LEFT JOIN memory ON memory.company_code = line.company_code AND memory.counterparty_code = line.counterparty_code
                AND memory.vat_rate IS NULL AND memory.account_code IS NOT NULL
