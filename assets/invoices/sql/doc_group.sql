-- Grain: one VAT rate, nature and exigibility of a document, with what its summary says, from the buyer's view (a credit note
-- is negative), in the document's currency; null where doc_sum has null. Inputs: doc_sum, vat_summary.
CREATE OR REPLACE TEMP TABLE doc_group AS
SELECT amount.document_id, vat.vat_rate, vat.vat_nature, coalesce(vat.exigibility, 'I') AS exigibility,
       TRY_CAST(sum(vat.taxable_amount) * any_value(amount.economic_sign) AS DECIMAL(16,4)) AS taxable,
       TRY_CAST(sum(vat.vat_amount) * any_value(amount.economic_sign) AS DECIMAL(16,4)) AS vat,
       min(vat.ordinal) AS ordinal
FROM doc_sum AS amount
JOIN vat_summary AS vat USING (file_number, position)
GROUP BY amount.document_id, vat.vat_rate, vat.vat_nature, coalesce(vat.exigibility, 'I')
