-- On which account and with which VAT code a line is booked.

-- name: doc_line
-- Grain: one line of a document that is no sum of others, or a line number 0 for a VAT group without lines. Inputs:
-- doc, doc_party, doc_group, invoice_line.
CREATE OR REPLACE TEMP TABLE doc_line AS
SELECT doc.document_id, doc.document_type, doc.type_code, party.company_code, party.counterparty_code, line.line_number,
       line.vat_rate, line.vat_nature, line.amount, lower(line.description) AS line_text
FROM doc
JOIN doc_party AS party USING (document_id)
JOIN invoice_line AS line USING (file_number, position)
WHERE line.is_subtotal IS NOT TRUE
UNION ALL
SELECT part.document_id, doc.document_type, doc.type_code, party.company_code, party.counterparty_code, 0,
       part.vat_rate,
       part.vat_nature, CAST(part.taxable AS DECIMAL(28,8)), NULL
FROM doc_group AS part
JOIN doc USING (document_id)
JOIN doc_party AS party USING (document_id)
WHERE NOT part.is_fund_row AND NOT EXISTS (
    SELECT 1 FROM invoice_line AS line
    WHERE line.is_subtotal IS NOT TRUE AND line.file_number = doc.file_number AND line.position = doc.position
      AND line.vat_rate IS NOT DISTINCT FROM part.vat_rate AND line.vat_nature IS NOT DISTINCT FROM part.vat_nature)

-- name: doc_decision
-- Grain: one document that a person decided to register, with the newest decision. Inputs: doc,
-- ledger.document_decision.
CREATE OR REPLACE TEMP TABLE doc_decision AS
SELECT decision.* FROM ledger.document_decision AS decision
SEMI JOIN doc USING (document_id)
QUALIFY row_number() OVER (PARTITION BY decision.document_id ORDER BY decision.decided_at DESC) = 1

-- name: memory
-- Grain: one supplier of a company with the account on which its last three registrations agree (all rates, where
-- vat_rate is null), or with the VAT code on which they agree for one rate and nature. Inputs: doc_party,
-- supplier_term, invoice_rule, ledger.registration, ledger.registration_part. What a person registered without
-- --remember is no memory, nor is what a rule took by the text of a line (stamp duty), since the rule takes it again,
-- nor what went to the account of a setting (advances).
CREATE OR REPLACE TEMP TABLE memory AS
WITH known AS (
    SELECT DISTINCT party.company_code, party.counterparty_code
    FROM doc_party AS party
    LEFT JOIN supplier_term AS term ON term.counterparty_code = party.counterparty_code
    WHERE party.is_memory_on AND coalesce(term.is_memory_on, true) AND party.counterparty_code IS NOT NULL
), last AS (
    SELECT registration.company_code, registration.counterparty_code, registration.registration_id,
           part.vat_rate, part.vat_nature, part.account_code, part.vat_code
    FROM ledger.registration AS registration
    SEMI JOIN known USING (company_code, counterparty_code)
    JOIN ledger.registration_part AS part USING (registration_id)
    LEFT JOIN invoice_rule AS rule ON part.rule_kind = 'rule' AND rule.rule_code = part.rule_code
    WHERE registration.undone_at IS NULL AND part.rule_kind NOT IN ('manual', 'setting') AND rule.line_text IS NULL
    QUALIFY dense_rank() OVER (PARTITION BY registration.company_code, registration.counterparty_code
                               ORDER BY registration.registration_id DESC) <= 3
)
SELECT company_code, counterparty_code, NULL AS vat_rate, NULL AS vat_nature, min(account_code) AS account_code,
       NULL AS vat_code, 'last registrations ' || array_to_string(list_sort(list(DISTINCT registration_id)), ', ')
           AS evidence
FROM last
GROUP BY company_code, counterparty_code
HAVING count(DISTINCT account_code) = 1
UNION ALL
SELECT company_code, counterparty_code, vat_rate, vat_nature, NULL, min(vat_code), NULL
FROM last
GROUP BY company_code, counterparty_code, vat_rate, vat_nature
HAVING count(DISTINCT vat_code) = 1

-- name: doc_line_account
-- Grain: one line of doc_line, with the account that its cost goes to: a person's decision, else (an advance) the
-- supplier's advance account of settings.csv, else the most specific rule, else the supplier's memory, else none. A
-- rule may name the type of the document as the ledger has it or as its own format has it. rule_count is how many rules
-- fit equally well and differ. Inputs: doc_line, doc_decision, doc_type, doc_party, invoice_rule, memory. Most
-- specific: text of the line, then type of the document, then supplier, then company, then the type of the document's
-- own format.
CREATE OR REPLACE TEMP TABLE doc_line_account AS
WITH fit AS (
    SELECT line.document_id, line.line_number, line.vat_rate, line.vat_nature, rule.rule_code, rule.account_code,
           rule.vat_code,
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
    SELECT document_id, line_number, vat_rate, vat_nature, min(rule_code) AS rule_code,
           min(account_code) AS account_code,
           min(vat_code) AS vat_code, count(DISTINCT account_code || '|' || coalesce(vat_code, '')) AS rule_count,
           string_agg(rule_code, ', ' ORDER BY rule_code) AS rule_codes
    FROM (
        SELECT *, max(specificity) OVER (PARTITION BY document_id, line_number, vat_rate, vat_nature) AS highest
        FROM fit
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
       CASE WHEN decision.account_code IS NOT NULL
            THEN CASE WHEN decision.is_remembered THEN 'remembered' ELSE 'manual' END
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
              AND best.vat_rate IS NOT DISTINCT FROM line.vat_rate
              AND best.vat_nature IS NOT DISTINCT FROM line.vat_nature
LEFT JOIN memory ON memory.company_code = line.company_code AND memory.counterparty_code = line.counterparty_code
                AND memory.vat_rate IS NULL AND memory.account_code IS NOT NULL
