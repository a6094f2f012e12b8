-- Grain: one supplier of a company with the account on which its last three registrations agree (all rates, where
-- vat_rate is null), or with the VAT code on which they agree for one rate and nature. Inputs: doc_party,
-- supplier_term, invoice_rule, ledger.registration, ledger.registration_part. What a person registered without --remember
-- is no memory, nor is what a rule took by the text of a line (stamp duty), since the rule takes it again, nor what went to
-- the account of a setting (advances).
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
       NULL AS vat_code, 'last registrations ' || array_to_string(list_sort(list(DISTINCT registration_id)), ', ') AS evidence
FROM last
GROUP BY company_code, counterparty_code
HAVING count(DISTINCT account_code) = 1
UNION ALL
SELECT company_code, counterparty_code, vat_rate, vat_nature, NULL, min(vat_code), NULL
FROM last
GROUP BY company_code, counterparty_code, vat_rate, vat_nature
HAVING count(DISTINCT vat_code) = 1
