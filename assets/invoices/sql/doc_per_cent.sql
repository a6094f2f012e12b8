-- Grain: one document of FatturaPA with a discount or charge of the whole document in per cent alone. All of its discounts and charges,
-- compounded in their order, turn an amount x into factor * x + addend; null where they are absurd. pct_text names the rates. Inputs: doc,
-- adjustment.
CREATE OR REPLACE TEMP TABLE doc_per_cent AS
WITH step AS (
    SELECT doc.document_id, adjustment.ordinal, adjustment.amount, adjustment.pct,
           CASE WHEN adjustment.kind = 'discount' THEN -1 ELSE 1 END AS direction
    FROM doc
    JOIN adjustment USING (file_number, position)
    WHERE doc.format NOT IN ('UBL', 'CII')
), listed AS (
    SELECT document_id,
           string_agg(rtrim(rtrim(CAST(pct AS VARCHAR), '0'), '.') || ' %', ' and ' ORDER BY ordinal) FILTER (amount IS NULL AND pct <> 0) AS pct_text,
           CASE WHEN max(pct) FILTER (amount IS NULL) <= 100 AND count(*) <= 8 AND coalesce(max(abs(amount)), 0) < 1000000000000
                THEN list([CAST(1000000 AS HUGEINT) + CASE WHEN amount IS NULL THEN direction * CAST(coalesce(pct, 0) * 10000 AS HUGEINT) ELSE 0 END,
                           direction * units_of(coalesce(amount, 0)) * 1000000000000] ORDER BY ordinal) END AS steps
    FROM step GROUP BY document_id
    HAVING bool_or(amount IS NULL AND pct <> 0)
), reduced AS (
    SELECT document_id, pct_text, list_reduce(list_prepend([CAST(1000000000000 AS HUGEINT), CAST(0 AS HUGEINT)], steps),
               lambda done, step: [done[1] * step[1] // 1000000, done[2] * step[1] // 1000000 + step[2]]) AS done
    FROM listed
)
SELECT document_id, pct_text, CAST(CAST(done[1] AS DECIMAL(26,0)) * 0.000000000001 AS DECIMAL(18,12)) AS factor,
       amount_of(done[2] // 1000000000000) AS addend
FROM reduced
