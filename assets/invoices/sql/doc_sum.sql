-- Grain: one document, with the sums of its parts in its currency as they stand there. Inputs: doc, vat_summary, withholding, doc_fund,
-- doc_per_cent, adjustment, invoice_line, payment, currency_digits. Absent parts are zero, absent totals are null.
-- A sum of a million millions and more is null, which no convention explains (R09): an absurd document must not
-- stop the others by an overflow. minor_unit is the currency's smallest amount, in units of the fourth decimal; is_whole says that
-- the currency has hundredths by its norm and none in practice. Lines that are the sum of others (is_subtotal) and payments of zero
-- enter no sum. What is kept back may stand twice, as a withholding (RT03 to RT06) and as a fund: then it is the fund (once_type
-- names them), and if the two differ nobody knows what is meant (has_two_contributions). Discounts and charges of the document in per
-- cent alone, compounded in their order, turn an amount x into factor * x + addend (doc_per_cent).
CREATE OR REPLACE TEMP TABLE doc_sum AS
WITH vat AS (
    SELECT file_number, position, sum(taxable_amount) AS taxable, sum(vat_amount) AS vat,
           sum(CASE WHEN exigibility = 'S' THEN vat_amount ELSE 0 END) AS split_vat,
           sum(coalesce(rounding_amount, 0)) AS summary_rounding, sum(coalesce(ancillary_amount, 0)) AS ancillary
    FROM vat_summary GROUP BY file_number, position
), kept_back AS (
    SELECT file_number, position, withholding_type, sum(amount) FILTER (kind = 'withholding') AS withheld,
           sum(amount) FILTER (kind = 'fund') AS fund, sum(amount) FILTER (kind = 'charge') AS charge
    FROM (
        SELECT file_number, position, withholding_type, amount, 'withholding' AS kind FROM withholding
        UNION ALL
        SELECT file_number, position, withholding_type, amount, CASE WHEN is_withheld THEN 'fund' ELSE 'charge' END FROM doc_fund
    )
    GROUP BY file_number, position, withholding_type
), withheld AS (
    SELECT file_number, position, sum(withheld) FILTER (fund IS NULL) AS withheld, sum(fund) AS fund, sum(charge) AS charge,
           string_agg(withholding_type, ' and ' ORDER BY withholding_type) FILTER (withheld IS NOT NULL AND fund IS NOT NULL) AS once_type,
           bool_or(withheld <> fund) AS has_two_contributions
    FROM kept_back GROUP BY file_number, position
), adjusted AS (
    SELECT file_number, position, sum(amount) FILTER (kind = 'discount') AS allowances, sum(amount) FILTER (kind = 'charge') AS charges,
           bool_or(amount IS NULL) AS has_missing_amount, coalesce(bool_or(amount IS NULL AND pct <> 0), false) AS has_per_cent
    FROM adjustment GROUP BY file_number, position
), line AS (
    SELECT file_number, position, sum(amount) AS amount, max(abs(amount)) AS largest_amount, count(*) AS line_count
    FROM invoice_line WHERE is_subtotal IS NOT TRUE GROUP BY file_number, position
), paid AS (
    SELECT file_number, position, sum(amount) AS amount, count(*) FILTER (amount <> 0) AS payment_count,
           count(*) FILTER (amount = 0) AS zero_payment_count
    FROM payment WHERE amount IS NOT NULL GROUP BY file_number, position
), found AS (
    SELECT doc.document_id, doc.file_number, doc.position, doc.format IN ('UBL', 'CII') AS is_european,
           CAST(10 ** (4 - coalesce(digits.digits, 2)) AS HUGEINT) AS minor_unit, coalesce(digits.is_whole, false) AS is_whole,
           TRY_CAST(CASE WHEN line.largest_amount >= 1000000000000 THEN NULL ELSE coalesce(vat.taxable, 0) END AS DECIMAL(16,4)) AS taxable,
           TRY_CAST(coalesce(vat.vat, 0) AS DECIMAL(16,4)) AS vat,
           TRY_CAST(coalesce(vat.split_vat, 0) AS DECIMAL(16,4)) AS split_vat,
           TRY_CAST(coalesce(vat.summary_rounding, 0) AS DECIMAL(16,4)) AS summary_rounding,
           TRY_CAST(coalesce(vat.ancillary, 0) AS DECIMAL(16,4)) AS ancillary,
           TRY_CAST(coalesce(withheld.withheld, 0) AS DECIMAL(16,4)) AS withheld,
           TRY_CAST(coalesce(withheld.fund, 0) AS DECIMAL(16,4)) AS withheld_fund,
           TRY_CAST(coalesce(withheld.charge, 0) AS DECIMAL(16,4)) AS charged_fund,
           withheld.once_type, coalesce(withheld.has_two_contributions, false) AS has_two_contributions,
           TRY_CAST(coalesce(adjusted.allowances, 0) AS DECIMAL(16,4)) AS allowances,
           TRY_CAST(coalesce(adjusted.charges, 0) AS DECIMAL(16,4)) AS charges,
           coalesce(adjusted.has_missing_amount, false) AS has_missing_amount, coalesce(adjusted.has_per_cent, false) AS is_reduced,
           TRY_CAST(coalesce(doc.rounding_amount, 0) AS DECIMAL(16,4)) AS rounding,
           TRY_CAST(coalesce(doc.stamp_duty_amount, 0) AS DECIMAL(16,4)) AS stamp_duty,
           TRY_CAST(coalesce(doc.prepaid_amount, 0) AS DECIMAL(16,4)) AS prepaid,
           TRY_CAST(coalesce(doc.payable_rounding_amount, 0) AS DECIMAL(16,4)) AS payable_rounding,
           CAST(line.amount AS DECIMAL(38,8)) AS line_total, coalesce(line.line_count, 0) AS line_count,
           TRY_CAST(paid.amount AS DECIMAL(16,4)) AS payment_total, coalesce(paid.payment_count, 0) AS payment_count,
           coalesce(paid.zero_payment_count, 0) AS zero_payment_count,
           doc.total_amount, doc.payable_amount, coalesce(vat.taxable IS NOT NULL, false) AS has_summary,
           CASE WHEN doc.is_credit_note AND coalesce(vat.taxable, 0) + coalesce(vat.vat, 0) > 0 THEN -1 ELSE 1 END AS economic_sign
    FROM doc
    LEFT JOIN currency_digits AS digits USING (currency_code)
    LEFT JOIN vat USING (file_number, position)
    LEFT JOIN withheld USING (file_number, position)
    LEFT JOIN adjusted USING (file_number, position)
    LEFT JOIN line USING (file_number, position)
    LEFT JOIN paid USING (file_number, position)
)
SELECT found.* EXCLUDE (payable_amount, has_missing_amount, is_reduced), CASE WHEN is_european THEN payable_amount END AS amount_due,
       is_reduced AND NOT is_european AS has_per_cent,
       CASE WHEN is_european AND has_missing_amount THEN NULL WHEN is_reduced AND NOT is_european THEN 0 ELSE charges - allowances END AS adjustment,
       per_cent.factor, per_cent.addend, per_cent.pct_text
FROM found
LEFT JOIN doc_per_cent AS per_cent USING (document_id)
