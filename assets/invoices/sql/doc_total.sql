-- Grain: one document, with the named convention that explains its total (null where none does), and what is to be paid, in its currency
-- and with its signs. Inputs: doc_sum, doc_group, doc_line_check, doc_party.
-- FatturaPA: every set of named differences is tried; an exact one with the fewest names wins, in the order of their bits; what remains
-- within the tolerance is rounding. Figures: the document's total equals base and VAT in less than half of real documents. What
-- explains the base already explains no total (money counts once). Where the total is missing, base and VAT are it, unless there is a
-- discount that is not in the base: then the payments decide which. payable is net of what is withheld and of split VAT.
-- EN 16931: the total with VAT (BT-112) is base and VAT; what is to be paid is the amount due (BT-115), which is the total less what was
-- paid before (BT-113) and with the rounding of it (BT-114).
-- payable has the decimals of the currency, half rounded up; where it is whole in practice, what the payments ask for. left_over is
-- what no other posting accounts for: roundings. scaled_units / scale_units: what base and VAT are to be multiplied by.
CREATE OR REPLACE TEMP TABLE doc_total AS
WITH stated AS (
    SELECT amount.*, coalesce(grouped.fund_total, 0) AS fund_row, coalesce(grouped.has_rounded, false) AS is_rounded, coalesce(grouped.has_by_line, false) AS is_by_line,
           amount.taxable - coalesce(grouped.fund_total, 0) AS base, amount.taxable - coalesce(grouped.fund_total, 0) + amount.vat AS base_and_vat,
           greatest(coalesce(party.invoice_tolerance, 0), CAST(amount.minor_unit // 2 AS DECIMAL(9,0)) * 0.0001) AS slack,
           amount.adjustment <> 0 AND NOT amount.is_european AND coalesce(line.mask, 0) & 4 = 0 AS is_adjusted,
           amount.has_per_cent AND coalesce(line.mask, 0) & 32 = 0 AS is_reduced,
           coalesce(line.mask, 0) AS line_mask
    FROM doc_sum AS amount
    JOIN doc_party AS party USING (document_id)
    LEFT JOIN doc_line_check AS line USING (document_id)
    LEFT JOIN (
        SELECT document_id, sum(fund_amount) AS fund_total, bool_or(is_rounded) AS has_rounded, bool_or(is_by_line) AS has_by_line FROM doc_group GROUP BY document_id
    ) AS grouped USING (document_id)
), compared AS (
    SELECT *, is_adjusted OR is_reduced AS has_open_discount,
           CASE WHEN total_amount IS NOT NULL THEN total_amount
                WHEN (is_adjusted OR is_reduced) AND payment_count > 0 THEN CASE WHEN base_and_vat < 0 THEN -abs(payment_total) ELSE abs(payment_total) END END AS aim,
           CASE WHEN is_reduced THEN round(base_and_vat * factor + addend, 2) - base_and_vat END AS reduced_all,
           CASE WHEN is_reduced THEN round(base * factor + addend, 2) - base END AS reduced_base,
           CASE WHEN is_european THEN 0 ELSE
               (rounding <> 0)::INTEGER + 2 * (summary_rounding <> 0 AND line_mask & 8 = 0)::INTEGER + 4 * is_adjusted::INTEGER
               + 8 * (stamp_duty <> 0 AND line_mask & 16 = 0)::INTEGER + 16 * (withheld <> 0)::INTEGER + 32 * (withheld_fund <> 0)::INTEGER
               + 64 * (split_vat <> 0)::INTEGER + 128 * (fund_row <> 0)::INTEGER
               + 256 * (is_reduced AND factor IS NOT NULL AND split_vat = 0 AND base_and_vat <> 0)::INTEGER
               + 512 * (is_reduced AND factor IS NOT NULL)::INTEGER END AS available
    FROM stated
), mask AS (
    SELECT possible.available, CAST(mask.mask AS INTEGER) AS mask
    FROM (SELECT DISTINCT available FROM compared) AS possible
    JOIN range(1024) AS mask(mask) ON mask.mask & possible.available = mask.mask AND mask.mask & 768 < 768
), named AS (
    SELECT compared.*, mask.mask,
           CASE WHEN mask & 4 > 0 THEN adjustment WHEN mask & 512 > 0 THEN reduced_base ELSE 0 END AS posted_adjustment,
           CASE WHEN mask & 8 > 0 THEN stamp_duty ELSE 0 END AS posted_stamp_duty,
           CASE WHEN mask & 256 > 0 THEN reduced_all ELSE 0 END AS reduction,
           CASE WHEN mask & 1 > 0 THEN rounding ELSE 0 END + CASE WHEN mask & 2 > 0 THEN summary_rounding ELSE 0 END AS rounded,
           CASE WHEN mask & 16 > 0 THEN withheld ELSE 0 END + CASE WHEN mask & 32 > 0 THEN withheld_fund ELSE 0 END
           + CASE WHEN mask & 64 > 0 THEN split_vat ELSE 0 END - CASE WHEN mask & 128 > 0 THEN fund_row ELSE 0 END AS taken_off
    FROM compared
    JOIN mask USING (available)
), tried AS (
    SELECT *, base_and_vat + rounded + posted_adjustment + posted_stamp_duty + reduction AS gross,
           CASE WHEN aim IS NULL THEN 0 ELSE aim - (base_and_vat + rounded + posted_adjustment + posted_stamp_duty + reduction - taken_off) END AS difference
    FROM named
), chosen AS (
    SELECT * REPLACE (gross + difference AS gross),
           gross + difference - CASE WHEN is_european THEN prepaid - payable_rounding ELSE withheld + withheld_fund + split_vat END AS owed
    FROM tried
    WHERE CASE WHEN aim IS NULL THEN mask = 0 AND NOT has_open_discount
               ELSE abs(difference) <= slack OR is_whole AND aim % 1 = 0 AND abs(difference) <= 0.5 END
    QUALIFY row_number() OVER (PARTITION BY document_id ORDER BY abs(difference), bit_count(mask), mask) = 1
), due AS (
    SELECT *, CASE WHEN amount_due IS NULL THEN owed
                   WHEN abs(amount_due - owed) <= slack OR is_whole AND amount_due % 1 = 0 AND abs(amount_due - owed) <= 0.5
                   THEN amount_due END AS exact
    FROM chosen
), cut AS (
    SELECT *, amount_of(round_units(units_of(exact), 1, minor_unit)) AS exact_part, amount_of(round_units(units_of(prepaid), 1, minor_unit)) AS prepaid_part
    FROM due
), paid AS (
    SELECT *, CASE WHEN is_whole AND payment_count > 0 AND payment_total % 1 = 0 AND abs(abs(payment_total) - abs(exact_part)) <= 0.5
                   THEN sign(exact_part) * abs(payment_total) ELSE exact_part END AS payable
    FROM cut
)
SELECT amount.document_id, CASE WHEN paid.payable IS NOT NULL THEN paid.mask END AS mask, CAST(paid.gross AS DECIMAL(18,4)) AS gross,
       CAST(paid.owed AS DECIMAL(18,4)) AS owed, CAST(paid.exact AS DECIMAL(18,4)) AS exact, CAST(paid.payable AS DECIMAL(18,4)) AS payable,
       paid.prepaid_part AS prepaid, CAST(paid.posted_adjustment AS DECIMAL(18,4)) AS adjustment, CAST(paid.posted_stamp_duty AS DECIMAL(18,4)) AS stamp_duty,
       CAST(paid.payable + paid.prepaid_part + paid.withheld + paid.withheld_fund + paid.split_vat - paid.posted_adjustment - paid.posted_stamp_duty
            - paid.base_and_vat - paid.reduction AS DECIMAL(18,4)) AS left_over,
       CASE WHEN paid.mask & 256 > 0 THEN units_of(paid.base_and_vat + paid.reduction) ELSE 1 END AS scaled_units,
       CASE WHEN paid.mask & 256 > 0 THEN units_of(paid.base_and_vat) ELSE 1 END AS scale_units,
       CASE WHEN paid.payable IS NOT NULL THEN
           CASE WHEN paid.total_amount IS NULL THEN 'total missing: ' ELSE '' END || 'base and VAT' || concat(
               CASE WHEN paid.mask & 1 > 0 THEN ', rounding' END, CASE WHEN paid.mask & 2 > 0 THEN ', rounding of the summary' END,
               CASE WHEN paid.mask & 4 > 0 THEN ', discount or charge of the document' END,
               CASE WHEN paid.mask & 256 > 0 THEN ', discount or charge of ' || paid.pct_text || ' on base and VAT'
                    WHEN paid.mask & 512 > 0 THEN ', discount or charge of ' || paid.pct_text || ' on the base'
                    WHEN paid.is_reduced THEN ', discount or charge of ' || paid.pct_text || ' in the prices' END,
               CASE WHEN paid.mask & 8 > 0 THEN ', stamp duty' END, CASE WHEN paid.mask & 128 > 0 THEN ', row of the withheld fund' END,
               CASE WHEN paid.mask & 16 > 0 THEN ', less withholding' END,
               CASE WHEN paid.mask & 32 > 0 THEN ', less withheld fund' END, CASE WHEN paid.mask & 64 > 0 THEN ', less split VAT' END,
               CASE WHEN paid.is_by_line THEN ', VAT rounded line by line' END,
               CASE WHEN paid.prepaid <> 0 THEN ', less what was paid before' END,
               CASE WHEN paid.payable_rounding <> 0 THEN ', rounding of the amount due' END,
               CASE WHEN paid.aim IS DISTINCT FROM paid.total_amount THEN ', as the payments say' END,
               CASE WHEN paid.fund_row <> 0 AND paid.mask & 128 = 0 THEN ', row of the withheld fund left out' END,
               CASE WHEN paid.once_type IS NOT NULL THEN ', ' || paid.once_type || ' is the withheld fund' END,
               CASE WHEN paid.difference = 0 AND paid.exact = paid.owed THEN NULL
                    WHEN greatest(abs(paid.difference), abs(paid.exact - paid.owed)) <= paid.slack THEN ', within the tolerance'
                    ELSE ', rounded to a whole amount' END,
               CASE WHEN paid.payable <> paid.exact_part THEN ', rounded to a whole amount'
                    WHEN paid.is_rounded OR paid.exact_part <> paid.exact OR paid.prepaid_part <> paid.prepaid
                    THEN ', rounded to the currency''s smallest amount' END) END AS total_convention
FROM doc_sum AS amount
LEFT JOIN paid USING (document_id)
