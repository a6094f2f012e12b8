-- Grain: one document, with the named convention that explains its total (null where none does) and the gross
-- amount that follows. Inputs: doc_sum, doc_party. Every set of named differences is tried; an exact one with
-- the fewest names wins, in the order of their bits; what remains within the tolerance is rounding. Figures:
-- the document's total equals base and VAT in less than half of real documents.
CREATE OR REPLACE TEMP TABLE doc_total AS
WITH tried AS (
    SELECT amount.document_id, mask.mask,
           amount.taxable + amount.vat
           + CASE WHEN mask.mask & 1 > 0 THEN amount.rounding ELSE 0 END
           + CASE WHEN mask.mask & 2 > 0 THEN amount.summary_rounding ELSE 0 END
           + CASE WHEN mask.mask & 4 > 0 THEN amount.adjustment ELSE 0 END
           + CASE WHEN mask.mask & 8 > 0 THEN amount.stamp_duty ELSE 0 END AS gross,
           CASE WHEN mask.mask & 16 > 0 THEN amount.withheld ELSE 0 END
           + CASE WHEN mask.mask & 32 > 0 THEN amount.withheld_fund ELSE 0 END
           + CASE WHEN mask.mask & 64 > 0 THEN amount.split_vat ELSE 0 END AS taken_off,
           amount.total_amount, coalesce(party.invoice_tolerance, 0) AS tolerance
    FROM doc_sum AS amount
    JOIN doc_party AS party USING (document_id)
    CROSS JOIN range(128) AS mask(mask)
    WHERE amount.taxable + amount.vat + amount.rounding + amount.summary_rounding + amount.adjustment + amount.stamp_duty
          + amount.withheld + amount.withheld_fund + amount.split_vat IS NOT NULL
      AND (mask.mask & 1 = 0 OR amount.rounding <> 0) AND (mask.mask & 2 = 0 OR amount.summary_rounding <> 0)
      AND (mask.mask & 4 = 0 OR amount.adjustment <> 0) AND (mask.mask & 8 = 0 OR amount.stamp_duty <> 0)
      AND (mask.mask & 16 = 0 OR amount.withheld <> 0) AND (mask.mask & 32 = 0 OR amount.withheld_fund <> 0)
      AND (mask.mask & 64 = 0 OR amount.split_vat <> 0)
), chosen AS (
    SELECT *, CASE WHEN total_amount IS NULL THEN 0 ELSE total_amount - (gross - taken_off) END AS difference
    FROM tried
    WHERE total_amount IS NULL AND mask = 0 OR abs(total_amount - (gross - taken_off)) <= tolerance
    QUALIFY row_number() OVER (PARTITION BY document_id
                               ORDER BY abs(total_amount - (gross - taken_off)), bit_count(mask), mask) = 1
)
SELECT amount.document_id, chosen.mask, chosen.gross + chosen.difference AS gross, chosen.difference AS tolerated,
       CASE WHEN chosen.mask IS NULL THEN NULL
            WHEN amount.total_amount IS NULL THEN 'total missing: base and VAT'
            ELSE 'base and VAT' || concat(
                CASE WHEN chosen.mask & 1 > 0 THEN ', rounding' END, CASE WHEN chosen.mask & 2 > 0 THEN ', rounding of the summary' END,
                CASE WHEN chosen.mask & 4 > 0 THEN ', discount or charge of the document' END,
                CASE WHEN chosen.mask & 8 > 0 THEN ', stamp duty' END, CASE WHEN chosen.mask & 16 > 0 THEN ', less withholding' END,
                CASE WHEN chosen.mask & 32 > 0 THEN ', less withheld fund' END, CASE WHEN chosen.mask & 64 > 0 THEN ', less split VAT' END,
                CASE WHEN chosen.difference <> 0 THEN ', within the tolerance' END) END AS total_convention,
       chosen.gross + chosen.difference - amount.withheld - amount.withheld_fund - amount.split_vat AS payable
FROM doc_sum AS amount
LEFT JOIN chosen USING (document_id)
