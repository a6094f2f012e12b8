-- Grain: one document with lines and a VAT summary, with the named convention under which they agree (null where
-- none does). Inputs: doc_sum, doc_party. Lines are trusted as they stand (PrezzoTotale); every line may be off by
-- a cent. The fewest names win, then the smallest difference.
CREATE OR REPLACE TEMP TABLE doc_line_check AS
WITH tried AS (
    SELECT amount.document_id, mask.mask, amount.line_count, coalesce(party.invoice_tolerance, 0) AS tolerance,
           abs(CAST(amount.taxable AS DECIMAL(38,8)) - amount.line_total
               - CASE WHEN mask.mask & 1 > 0 THEN amount.charged_fund ELSE 0 END
               - CASE WHEN mask.mask & 2 > 0 THEN amount.ancillary ELSE 0 END
               - CASE WHEN mask.mask & 4 > 0 THEN amount.adjustment ELSE 0 END
               - CASE WHEN mask.mask & 8 > 0 THEN amount.summary_rounding ELSE 0 END
               - CASE WHEN mask.mask & 16 > 0 THEN amount.stamp_duty ELSE 0 END) AS difference
    FROM doc_sum AS amount
    JOIN doc_party AS party USING (document_id)
    CROSS JOIN range(32) AS mask(mask)
    WHERE amount.line_count > 0 AND amount.has_summary
      AND (mask.mask & 1 = 0 OR amount.charged_fund <> 0) AND (mask.mask & 2 = 0 OR amount.ancillary <> 0)
      AND (mask.mask & 4 = 0 OR amount.adjustment <> 0) AND (mask.mask & 8 = 0 OR amount.summary_rounding <> 0)
      AND (mask.mask & 16 = 0 OR amount.stamp_duty <> 0)
)
SELECT document_id, difference,
       difference <= greatest(tolerance, 0.01 * line_count) AS is_explained,
       'lines' || concat(CASE WHEN mask & 1 > 0 THEN ', welfare fund' END, CASE WHEN mask & 2 > 0 THEN ', ancillary costs' END,
                         CASE WHEN mask & 4 > 0 THEN ', discount or charge of the document' END,
                         CASE WHEN mask & 8 > 0 THEN ', rounding of the summary' END,
                         CASE WHEN mask & 16 > 0 THEN ', stamp duty' END) AS convention
FROM tried
QUALIFY row_number() OVER (PARTITION BY document_id
                           ORDER BY difference > greatest(tolerance, 0.01 * line_count), bit_count(mask), difference, mask) = 1
