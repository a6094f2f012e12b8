-- Grain: one thing about the amounts of a document. What does not agree: lines, VAT summary, total and amount due (R09), VAT with its rate
-- (R09), the totals of EN 16931 (R09), instalments, withholding and what was paid before with the payable amount (R12). What agrees by
-- a convention that deserves a look (amounts_by_convention). Inputs: doc, doc_sum, doc_group, doc_total, doc_line_check, doc_instalment,
-- doc_party, vat_summary.
WITH judged AS (
    SELECT doc.document_id, doc.file_number, doc.position, amount.* EXCLUDE (document_id, file_number, position),
           total.mask, total.gross, total.owed, total.payable, coalesce(party.invoice_tolerance, 0) AS tolerance,
           greatest(tolerance, amount_of(amount.minor_unit)) AS slack,
           doc.line_total_amount, doc.allowance_total_amount, doc.charge_total_amount, doc.tax_exclusive_amount, doc.tax_total_amount
    FROM doc
    JOIN doc_sum AS amount USING (document_id)
    JOIN doc_total AS total USING (document_id)
    JOIN doc_party AS party USING (document_id)
), vat AS (
    SELECT judged.document_id, judged.is_european, judged.tolerance, judged.slack, vat.vat_rate, vat.taxable_amount, vat.vat_amount,
           abs(CAST(vat.taxable_amount AS DECIMAL(38,4)) * vat.vat_rate - CAST(vat.vat_amount AS DECIMAL(38,4)) * 100) AS hundredfold,
           judged.is_whole AND vat.vat_amount % 1 = 0 AND hundredfold <= 50 AS is_whole_amount,
           grouped.is_by_line,
           grouped.piece_count
    FROM judged
    JOIN vat_summary AS vat USING (file_number, position)
    LEFT JOIN doc_group AS grouped
           ON grouped.document_id = judged.document_id AND grouped.vat_rate IS NOT DISTINCT FROM vat.vat_rate
          AND grouped.vat_nature IS NOT DISTINCT FROM vat.vat_nature AND grouped.exigibility = coalesce(vat.exigibility, 'I')
    WHERE hundredfold > 100 * judged.slack AND NOT is_whole_amount
), formula AS (
    SELECT document_id, is_european, slack, unnest([
               {'field': 'document.line_total_amount', 'stated': line_total_amount, 'computed': CASE WHEN line_count > 0 THEN line_total END,
                'slack': greatest(slack, amount_of(minor_unit) * line_count), 'text': ', what the lines add up to (BT-106)'},
               {'field': 'document.allowance_total_amount', 'stated': allowance_total_amount, 'computed': allowances, 'slack': slack,
                'text': ', what the allowances add up to (BT-107)'},
               {'field': 'document.charge_total_amount', 'stated': charge_total_amount, 'computed': charges, 'slack': slack,
                'text': ', what the charges add up to (BT-108)'},
               -- Danish documents of the time before the norm have the VAT here.
               {'field': 'document.tax_exclusive_amount', 'stated': CASE WHEN tax_exclusive_amount <> vat THEN tax_exclusive_amount END,
                'computed': coalesce(line_total_amount, line_total) - coalesce(allowance_total_amount, allowances) + coalesce(charge_total_amount, charges),
                'slack': slack, 'text': ', lines less allowances and with charges (BT-109)'},
               {'field': 'document.tax_total_amount', 'stated': tax_total_amount, 'computed': vat, 'slack': slack,
                'text': ', the VAT of the summary (BT-110)'}]) AS formula
    FROM judged
    WHERE is_european
)
SELECT document_id, CASE WHEN gross IS NULL THEN 'document.total_amount' ELSE 'document.payable_amount' END AS field, 'R09' AS finding_code,
       amount_text(CASE WHEN gross IS NULL THEN total_amount ELSE amount_due END) AS raw_value,
       CASE WHEN gross IS NOT NULL
            THEN amount_text(owed) || ': the total ' || amount_text(gross) || ' less ' || amount_text(prepaid) || ' paid before, rounded by ' || amount_text(payable_rounding)
            ELSE 'base ' || amount_text(taxable) || ' and VAT ' || amount_text(vat)
                 || CASE WHEN is_european THEN '' ELSE ', with or without rounding, withholding, funds, discounts, stamp duty and split VAT' END END AS expected,
       CAST(NULL AS VARCHAR) AS remedy
FROM judged
WHERE mask IS NULL
UNION ALL
SELECT judged.document_id, 'vat_summary.taxable_amount', 'R09', amount_text(judged.taxable),
       'a VAT summary' || CASE WHEN judged.has_summary
            THEN ' that agrees with the lines, which add up to ' || rtrim(rtrim(CAST(judged.line_total AS VARCHAR), '0'), '.')
                 || coalesce(' (off by ' || rtrim(rtrim(CAST(line.difference AS VARCHAR), '0'), '.') || ')', '') ELSE '' END, NULL
FROM judged
LEFT JOIN doc_line_check AS line USING (document_id)
WHERE NOT judged.has_summary OR line.document_id IS NOT NULL AND line.is_explained IS NOT TRUE
UNION ALL
SELECT grouped.document_id, 'vat_summary.taxable_amount', 'R09', amount_text(abs(grouped.taxable)),
       rtrim(rtrim(CAST(grouped.piece_total AS VARCHAR), '0'), '.') || ', what lines, charges and allowances at '
       || concat_ws(' ', rtrim(rtrim(CAST(grouped.vat_rate AS VARCHAR), '0'), '.') || ' %', grouped.vat_nature) || ' add up to', NULL
FROM doc_group AS grouped
JOIN doc_line_check AS line USING (document_id)
WHERE grouped.is_off AND line.is_explained
UNION ALL
SELECT document_id, 'vat_summary.vat_amount', 'R09', amount_text(vat_amount),
       rtrim(rtrim(CAST(vat_rate AS VARCHAR), '0'), '.') || ' % of ' || amount_text(taxable_amount), NULL
FROM vat
WHERE is_by_line IS NOT TRUE
UNION ALL
SELECT document_id, 'vat_summary.vat_amount', 'amounts_by_convention', amount_text(vat_amount),
       rtrim(rtrim(CAST(vat_rate AS VARCHAR), '0'), '.') || ' % of ' || amount_text(taxable_amount) || '; it is the VAT of ' || piece_count
       || ' lines rounded one by one, where the exchange system allows a difference of 0.01', NULL
FROM vat
WHERE is_by_line AND NOT is_european
UNION ALL
SELECT document_id, formula.field, 'R09', amount_text(formula.stated),
       rtrim(rtrim(CAST(formula.computed AS VARCHAR), '0'), '.') || formula.text, NULL
FROM formula
WHERE abs(formula.stated - formula.computed) > formula.slack
UNION ALL
SELECT document_id, 'payment.amount', 'R12', amount_text(payment_total),
       'instalments that add up to ' || amount_text(payable) || ', the payable amount', NULL
FROM judged
WHERE mask IS NOT NULL AND payment_count > 0
  AND NOT EXISTS (SELECT 1 FROM doc_instalment AS instalment WHERE instalment.document_id = judged.document_id AND instalment.hold_reason IS NULL)
UNION ALL
SELECT document_id, 'payment.amount', 'amounts_by_convention', '0', 'an amount; the payment of zero counts as none'
       || CASE WHEN payment_count = 0 THEN ', and its date for all that is payable' ELSE '' END, NULL
FROM judged
WHERE zero_payment_count > 0 AND payable <> 0 AND NOT is_european
UNION ALL
SELECT document_id, 'document.prepaid_amount', 'R12', amount_text(prepaid),
       'an amount with the sign of the total ' || amount_text(gross) || ', of which it is a part',
       'Compare it with the original; ask the supplier for a correct one, or post the document yourself and mark it as handled (`partita handle`).'
FROM judged
WHERE prepaid <> 0 AND sign(prepaid) <> sign(gross)
UNION ALL
SELECT document_id, 'withholding.amount', 'R12', amount_text(withheld + withheld_fund),
       'at most ' || amount_text(abs(gross - split_vat)) || ' withheld, for there is no more to be paid',
       'Compare it with the original; ask the supplier for a correct one, or post the document yourself and mark it as handled (`partita handle`).'
FROM judged
-- VAT that the customer pays himself may be more than the whole: then nothing was to be paid before either.
WHERE withheld + withheld_fund <> 0 AND sign(coalesce(nullif(gross - split_vat, 0), gross)) * sign(payable) < 0
UNION ALL
SELECT document_id, 'withholding.amount', 'R12', once_type,
       'the same amount as a withholding and as a fund, for it is the same money; the fund has ' || amount_text(withheld_fund),
       'Compare it with the original; ask the supplier for a correct one, or post the document yourself and mark it as handled (`partita handle`).'
FROM judged
WHERE has_two_contributions
UNION ALL
SELECT document_id, 'adjustment.pct', 'amounts_by_convention', pct_text, 'a VAT summary that is net of the discount; base and VAT were taken in proportion', NULL
FROM judged
WHERE mask & 256 > 0
