-- Grain: one VAT group of a document on one cost account, with its VAT code (vat_code_count says how many fit).
-- Inputs: doc_group, doc_line_account, doc_party, company_vat_code, memory. share_units are what the lines add up to, in
-- units of the eighth decimal. Of the codes that fit, the rule's own comes first, then the remembered one; a person's own must fit;
-- a code of which a part is not deductible must be named by one of these. A group without lines of its own was given one by doc_line.
CREATE OR REPLACE TEMP TABLE doc_share AS
WITH share AS (
    SELECT part.document_id, part.vat_rate, part.vat_nature, part.exigibility, part.ordinal AS group_ordinal,
           line.account_code, line.vat_code AS wanted_code, line.is_code_decided, line.rule_kind, line.rule_code,
           sum(CAST(line.amount * 100000000 AS HUGEINT)) AS share_units, min(line.line_number) AS first_line
    FROM doc_group AS part
    JOIN doc_line_account AS line
      ON line.document_id = part.document_id AND line.vat_rate IS NOT DISTINCT FROM part.vat_rate
     AND line.vat_nature IS NOT DISTINCT FROM part.vat_nature
    GROUP BY part.document_id, part.vat_rate, part.vat_nature, part.exigibility, part.ordinal, line.account_code,
             line.vat_code, line.is_code_decided, line.rule_kind, line.rule_code
), fit AS (
    SELECT share.document_id, share.group_ordinal, share.first_line, code.vat_code,
           CASE WHEN code.vat_code = share.wanted_code THEN 1 WHEN code.vat_code = memory.vat_code THEN 2 ELSE 3 END AS rank
    FROM share
    JOIN doc_party AS party USING (document_id)
    LEFT JOIN memory ON memory.company_code = party.company_code AND memory.counterparty_code = party.counterparty_code
                    AND memory.vat_code IS NOT NULL AND memory.vat_rate = share.vat_rate
                    AND memory.vat_nature IS NOT DISTINCT FROM share.vat_nature
    JOIN company_vat_code AS code
      ON code.company_code = party.company_code
     AND (code.vat_rate = coalesce(share.vat_rate, 0) OR code.treatment = 'reverse_charge')
     AND (share.vat_nature IS NULL AND code.vat_nature IS NULL OR code.vat_nature = share.vat_nature)
     AND coalesce(code.exigibility, 'I') = share.exigibility
     AND (NOT share.is_code_decided OR code.vat_code = share.wanted_code)
     AND (code.deductible_pct = 100 OR code.treatment = 'outside' OR code.vat_code IN (share.wanted_code, memory.vat_code))
), best AS (
    SELECT document_id, group_ordinal, first_line, min(vat_code) AS vat_code, count(DISTINCT vat_code) AS vat_code_count
    FROM (
        SELECT *, min(rank) OVER (PARTITION BY document_id, group_ordinal, first_line) AS first_rank FROM fit
    )
    WHERE rank = first_rank
    GROUP BY document_id, group_ordinal, first_line
)
SELECT share.*, best.vat_code, coalesce(best.vat_code_count, 0) AS vat_code_count
FROM share
LEFT JOIN best USING (document_id, group_ordinal, first_line)
