-- Grain: one document whose amounts do not agree: lines, VAT summary and total (R09), VAT with its rate (R09),
-- instalments with the payable amount (R12). Inputs: doc, doc_sum, doc_total, doc_line_check, doc_instalment,
-- doc_party, vat_summary.
SELECT doc.document_id, 'document.total_amount' AS field, 'R09' AS finding_code, amount_text(amount.total_amount) AS raw_value,
       'base ' || amount_text(amount.taxable) || ' and VAT ' || amount_text(amount.vat)
       || ', with or without rounding, withholding, funds, discounts, stamp duty and split VAT' AS expected
FROM doc
JOIN doc_sum AS amount USING (document_id)
JOIN doc_total AS total USING (document_id)
WHERE total.mask IS NULL
UNION ALL
SELECT doc.document_id, 'vat_summary.taxable_amount', 'R09', amount_text(amount.taxable),
       'a VAT summary' || CASE WHEN amount.has_summary
            THEN ' that agrees with the lines, which add up to ' || rtrim(rtrim(CAST(amount.line_total AS VARCHAR), '0'), '.')
                 || ' (off by ' || rtrim(rtrim(CAST(line.difference AS VARCHAR), '0'), '.') || ')' ELSE '' END
FROM doc
JOIN doc_sum AS amount USING (document_id)
LEFT JOIN doc_line_check AS line USING (document_id)
WHERE NOT amount.has_summary OR NOT line.is_explained
UNION ALL
SELECT doc.document_id, 'vat_summary.vat_amount', 'R09', amount_text(vat.vat_amount),
       rtrim(rtrim(CAST(vat.vat_rate AS VARCHAR), '0'), '.') || ' % of ' || amount_text(vat.taxable_amount)
FROM doc
JOIN vat_summary AS vat USING (file_number, position)
JOIN doc_party AS party USING (document_id)
WHERE abs(CAST(vat.taxable_amount AS DECIMAL(38,4)) * vat.vat_rate - CAST(vat.vat_amount AS DECIMAL(38,4)) * 100)
      > 100 * greatest(coalesce(party.invoice_tolerance, 0), 0.01)
UNION ALL
SELECT doc.document_id, 'payment.amount', 'R12', amount_text(amount.payment_total),
       'instalments that add up to ' || amount_text(total.payable) || ', the payable amount'
FROM doc
JOIN doc_sum AS amount USING (document_id)
JOIN doc_total AS total USING (document_id)
WHERE total.mask IS NOT NULL AND amount.payment_count > 0
  AND NOT EXISTS (SELECT 1 FROM doc_instalment AS instalment WHERE instalment.document_id = doc.document_id)
UNION ALL
SELECT doc.document_id, 'document.prepaid_amount', 'R12', amount_text(doc.prepaid_amount),
       'no part that was paid in advance: register the document by hand and link the advance'
FROM doc
WHERE doc.prepaid_amount <> 0
