-- Grain: one thing that the reference data lack for a document: posting rule (R06), VAT code (R07), withholding
-- (R10), welfare fund (R11), deferred VAT, split payment, stamp duty or an accounting reason (R16). Inputs: doc, doc_party, doc_sum, doc_total,
-- doc, doc_line_account, invoice_line, doc_share, withholding, welfare_fund, company_withholding, company_welfare_fund, accounting_reason.
SELECT line.document_id, 'line.description' AS field, 'R06' AS finding_code,
       'line ' || coalesce(left(arg_min(named.line_id, line.line_number), 40), CAST(min(line.line_number) AS VARCHAR)) || CASE WHEN max(line.rule_count) > 1 THEN ': rules ' || min(line.rule_codes) ELSE '' END AS raw_value,
       CASE WHEN max(line.rule_count) > 1 THEN 'one rule that is more specific than the others' END AS expected
FROM doc_line_account AS line
JOIN doc_party AS party USING (document_id)
JOIN doc USING (document_id)
LEFT JOIN invoice_line AS named
       ON named.file_number = doc.file_number AND named.position = doc.position AND named.line_number = line.line_number
WHERE line.account_code IS NULL AND party.company_code IS NOT NULL AND party.supplier_count = 1
GROUP BY line.document_id, line.rule_count > 1
UNION ALL
SELECT share.document_id, 'vat_summary.vat_rate',
       CASE WHEN share.exigibility IN ('S', 'D') THEN 'R16' ELSE 'R07' END,
       concat_ws(' ', rtrim(rtrim(CAST(share.vat_rate AS VARCHAR), '0'), '.') || ' %', share.vat_nature,
                 CASE share.exigibility WHEN 'S' THEN 'split payment' WHEN 'D' THEN 'deferred' END,
                 CASE WHEN share.is_code_decided THEN share.wanted_code END),
       CASE WHEN max(share.vat_code_count) > 1 THEN 'one VAT code for this rate and nature; several fit: name one in invoice_rules.csv'
            WHEN share.is_code_decided THEN 'a VAT code with this rate and nature; ' || share.wanted_code || ' has another one' END
FROM doc_share AS share
JOIN doc_party AS party USING (document_id)
WHERE party.company_code IS NOT NULL
  AND (share.vat_code_count = 0 OR share.vat_code_count > 1 AND share.account_code IS NOT NULL)
GROUP BY share.document_id, share.vat_rate, share.vat_nature, share.exigibility, share.wanted_code, share.is_code_decided
UNION ALL
SELECT DISTINCT doc.document_id, 'withholding.withholding_type', 'R10', withheld.withholding_type, NULL
FROM doc
JOIN doc_party AS party USING (document_id)
JOIN withholding AS withheld USING (file_number, position)
JOIN doc_sum AS amount USING (document_id)
ANTI JOIN company_withholding AS known
       ON known.company_code = party.company_code AND known.withholding_type = withheld.withholding_type
WHERE party.company_code IS NOT NULL AND NOT coalesce(contains(amount.once_type, withheld.withholding_type), false)
UNION ALL
SELECT DISTINCT doc.document_id, 'welfare_fund.fund_type', 'R11', fund.fund_type, NULL
FROM doc
JOIN doc_party AS party USING (document_id)
JOIN welfare_fund AS fund USING (file_number, position)
ANTI JOIN company_welfare_fund AS known
       ON known.company_code = party.company_code AND known.fund_type = fund.fund_type
WHERE party.company_code IS NOT NULL
UNION ALL
SELECT doc.document_id, 'document.stamp_duty_amount', 'R16', amount_text(amount.stamp_duty), 'a stamp_duty_account in settings.csv'
FROM doc
JOIN doc_party AS party USING (document_id)
JOIN doc_sum AS amount USING (document_id)
JOIN doc_total AS total USING (document_id)
WHERE total.mask & 8 > 0 AND party.stamp_duty_account IS NULL
UNION ALL
SELECT doc.document_id, 'setting.invoice_reason', 'R16', party.invoice_reason,
       'an accounting reason of accounting_reasons.csv, in the setting invoice_reason'
FROM doc
JOIN doc_party AS party USING (document_id)
ANTI JOIN accounting_reason AS reason
       ON reason.accounting_reason_code = party.invoice_reason AND coalesce(reason.company_code, party.company_code) = party.company_code
WHERE party.company_code IS NOT NULL
