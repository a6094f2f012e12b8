-- Grain: one document with lines and a VAT summary, with the named convention under which they agree (null where
-- none does). Inputs: doc_sum, doc_group, doc_party. Lines are trusted as they stand (PrezzoTotale); every line may be off by
-- the smallest amount. Charges and allowances of EN 16931 are always part of the base; those of FatturaPA may be. The fewest names win,
-- then the smallest difference. mask says which names: what explains the base cannot explain the total as well (doc_total).
CREATE OR REPLACE TEMP TABLE doc_line_check AS
WITH compared AS (
    SELECT amount.*, greatest(coalesce(party.invoice_tolerance, 0), CAST(amount.minor_unit AS DECIMAL(9,0)) * 0.0001 * amount.line_count,
                              CASE WHEN amount.is_whole AND amount.taxable % 1 = 0 THEN amount.line_count ELSE 0 END) AS tolerance,
           CAST(amount.taxable AS DECIMAL(38,8)) - coalesce(fund_row.amount, 0) - amount.line_total
           - CASE WHEN amount.is_european THEN amount.adjustment ELSE 0 END AS rest,
           CASE WHEN amount.has_per_cent AND abs(amount.line_total) < 1000000000000
                THEN CAST(amount.line_total AS DECIMAL(20,8)) * amount.factor + amount.addend - amount.line_total END AS per_cent,
           (amount.charged_fund <> 0)::INTEGER + 2 * (amount.ancillary <> 0)::INTEGER
           + 4 * (amount.adjustment <> 0 AND NOT amount.is_european)::INTEGER + 8 * (amount.summary_rounding <> 0)::INTEGER
           + 16 * (amount.stamp_duty <> 0)::INTEGER + 32 * (amount.has_per_cent AND abs(amount.line_total) < 1000000000000 AND amount.factor IS NOT NULL)::INTEGER AS available
    FROM doc_sum AS amount
    JOIN doc_party AS party USING (document_id)
    LEFT JOIN (
        SELECT document_id, sum(fund_amount) AS amount FROM doc_group WHERE fund_amount <> 0 GROUP BY document_id
    ) AS fund_row USING (document_id)
    WHERE amount.line_count > 0 AND amount.has_summary
), mask AS (
    SELECT possible.available, CAST(mask.mask AS INTEGER) AS mask
    FROM (SELECT DISTINCT available FROM compared) AS possible
    JOIN range(64) AS mask(mask) ON mask.mask & possible.available = mask.mask
), tried AS (
    SELECT compared.*, mask.mask,
           abs(rest - CASE WHEN mask & 1 > 0 THEN charged_fund ELSE 0 END - CASE WHEN mask & 2 > 0 THEN ancillary ELSE 0 END
               - CASE WHEN mask & 4 > 0 THEN adjustment ELSE 0 END - CASE WHEN mask & 8 > 0 THEN summary_rounding ELSE 0 END
               - CASE WHEN mask & 16 > 0 THEN stamp_duty ELSE 0 END - CASE WHEN mask & 32 > 0 THEN per_cent ELSE 0 END) AS difference
    FROM compared
    JOIN mask USING (available)
)
SELECT document_id, difference, difference <= tolerance AS is_explained, CASE WHEN difference <= tolerance THEN mask END AS mask,
       'lines' || concat(CASE WHEN mask & 1 > 0 THEN ', welfare fund' END, CASE WHEN mask & 2 > 0 THEN ', ancillary costs' END,
                         CASE WHEN mask & 4 > 0 OR is_european AND adjustment <> 0 THEN ', discount or charge of the document' END,
                         CASE WHEN mask & 8 > 0 THEN ', rounding of the summary' END,
                         CASE WHEN mask & 16 > 0 THEN ', stamp duty' END,
                         CASE WHEN mask & 32 > 0 THEN ', discount or charge of ' || pct_text END) AS convention
FROM tried
QUALIFY row_number() OVER (PARTITION BY document_id ORDER BY difference > tolerance, bit_count(mask), difference, mask) = 1
