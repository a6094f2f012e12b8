-- Grain: one document, with the sums of its parts in its currency as they stand there. Inputs: doc, doc_party, vat_summary,
-- withholding, welfare_fund, company_welfare_fund, adjustment, invoice_line, payment. Absent parts are zero, absent totals are null.
-- A sum of a million millions and more is null, which no convention explains (R09): an absurd document must not
-- stop the others by an overflow.
CREATE OR REPLACE TEMP TABLE doc_sum AS
WITH vat AS (
    SELECT file_number, position, sum(taxable_amount) AS taxable, sum(vat_amount) AS vat,
           sum(CASE WHEN exigibility = 'S' THEN vat_amount ELSE 0 END) AS split_vat,
           sum(coalesce(rounding_amount, 0)) AS summary_rounding, sum(coalesce(ancillary_amount, 0)) AS ancillary
    FROM vat_summary GROUP BY file_number, position
), withheld AS (
    SELECT file_number, position, sum(amount) AS amount FROM withholding GROUP BY file_number, position
), fund AS (
    SELECT doc.file_number, doc.position, sum(CASE WHEN known.is_withheld OR fund.fund_type = 'TC07' THEN fund.amount ELSE 0 END) AS withheld,
           sum(CASE WHEN known.is_withheld OR fund.fund_type = 'TC07' THEN 0 ELSE fund.amount END) AS charged
    FROM doc
    JOIN doc_party AS party USING (document_id)
    JOIN welfare_fund AS fund USING (file_number, position)
    LEFT JOIN company_welfare_fund AS known ON known.company_code = party.company_code AND known.fund_type = fund.fund_type
    GROUP BY doc.file_number, doc.position
), adjusted AS (
    SELECT file_number, position, sum(CASE WHEN kind = 'discount' THEN -amount ELSE amount END) AS amount
    FROM adjustment GROUP BY file_number, position
), line AS (
    SELECT file_number, position, sum(amount) AS amount, max(abs(amount)) AS largest_amount, count(*) AS line_count
    FROM invoice_line GROUP BY file_number, position
), paid AS (
    SELECT file_number, position, sum(amount) AS amount, count(*) AS payment_count
    FROM payment WHERE amount IS NOT NULL GROUP BY file_number, position
)
SELECT doc.document_id, doc.file_number, doc.position,
       TRY_CAST(CASE WHEN line.largest_amount >= 1000000000000 THEN NULL ELSE coalesce(vat.taxable, 0) END AS DECIMAL(16,4)) AS taxable,
       TRY_CAST(coalesce(vat.vat, 0) AS DECIMAL(16,4)) AS vat,
       TRY_CAST(coalesce(vat.split_vat, 0) AS DECIMAL(16,4)) AS split_vat,
       TRY_CAST(coalesce(vat.summary_rounding, 0) AS DECIMAL(16,4)) AS summary_rounding,
       TRY_CAST(coalesce(vat.ancillary, 0) AS DECIMAL(16,4)) AS ancillary,
       TRY_CAST(coalesce(withheld.amount, 0) AS DECIMAL(16,4)) AS withheld,
       TRY_CAST(coalesce(fund.withheld, 0) AS DECIMAL(16,4)) AS withheld_fund,
       TRY_CAST(coalesce(fund.charged, 0) AS DECIMAL(16,4)) AS charged_fund,
       TRY_CAST(coalesce(adjusted.amount, 0) AS DECIMAL(16,4)) AS adjustment,
       TRY_CAST(coalesce(doc.rounding_amount, 0) AS DECIMAL(16,4)) AS rounding,
       TRY_CAST(coalesce(doc.stamp_duty_amount, 0) AS DECIMAL(16,4)) AS stamp_duty,
       CAST(line.amount AS DECIMAL(38,8)) AS line_total, coalesce(line.line_count, 0) AS line_count,
       TRY_CAST(paid.amount AS DECIMAL(16,4)) AS payment_total, coalesce(paid.payment_count, 0) AS payment_count,
       doc.total_amount, coalesce(vat.taxable IS NOT NULL, false) AS has_summary,
       CASE WHEN doc.is_credit_note AND coalesce(vat.taxable, 0) + coalesce(vat.vat, 0) > 0 THEN -1 ELSE 1 END AS economic_sign
FROM doc
LEFT JOIN vat USING (file_number, position)
LEFT JOIN withheld USING (file_number, position)
LEFT JOIN fund USING (file_number, position)
LEFT JOIN adjusted USING (file_number, position)
LEFT JOIN line USING (file_number, position)
LEFT JOIN paid USING (file_number, position)
