-- What is wrong with a document, and what becomes of it.

-- name: check_parties
-- Grain: one thing wrong with whom a document is from or to: R02, R03, R04, numbers that disagree, and what deserves a
-- look: R05, R13. Inputs: doc, doc_party, doc_owner, doc_identifier, doc_iban, supplier, company.
WITH borne AS (
    SELECT document_id, party,
           string_agg(DISTINCT CASE scheme_code WHEN 'VAT' THEN 'VAT number ' WHEN 'TAX' THEN 'tax code '
                                    ELSE scheme_code || ' ' END
                                          || identifier, ', '
                                          ORDER BY CASE scheme_code WHEN 'VAT' THEN 'VAT number '
                                                        WHEN 'TAX' THEN 'tax code ' ELSE scheme_code || ' ' END
                                          || identifier) AS numbers
    FROM doc_identifier GROUP BY document_id, party
), unknown_number AS (
    SELECT document_id, party, candidate_code, matched_by, unnest(contradicting) AS number, true AS is_contradicting
    FROM doc_owner
    UNION ALL
    SELECT document_id, party, candidate_code, matched_by, unnest(lacking), false FROM doc_owner
), named AS (
    SELECT document_id, party, candidate_code, matched_by, is_contradicting,
           number.scheme_code || ' ' || number.identifier AS number,
           CASE number.scheme_code WHEN 'VAT' THEN 'document.supplier_vat_number'
                WHEN 'TAX' THEN 'document.supplier_tax_code' ELSE 'identifier.identifier' END AS field
    FROM unknown_number
)
SELECT doc.document_id, 'document.customer_vat_number' AS field, 'R02' AS finding_code,
       concat_ws(', ', doc.customer_name, doc.customer_vat_number, doc.customer_tax_code) AS raw_value,
       CASE WHEN buyer.fitting_count = 0 THEN said('numbers_of_one_company', {'companies': buyer.found_codes})
            WHEN buyer.fitting_count > 1 THEN said('tax_code_of_one_company', {'companies': buyer.found_codes})
            WHEN buyer.contradicting IS NOT NULL
            THEN said('numbers_of_company', {'company': buyer.candidate_code, 'matched_by': buyer.matched_by,
                                             'lacking': buyer.contradicting[1].identifier}) END AS expected,
       CAST(NULL AS VARCHAR) AS remedy
FROM doc
JOIN doc_party AS party USING (document_id)
LEFT JOIN doc_owner AS buyer ON buyer.document_id = doc.document_id AND buyer.party = 'customer'
WHERE party.company_code IS NULL
UNION ALL
SELECT doc.document_id, 'document.supplier_vat_number', 'R03',
       concat_ws(', ', doc.supplier_name, doc.supplier_country_code || doc.supplier_vat_number, doc.supplier_tax_code,
                 doc.supplier_address, doc.supplier_postal_code, doc.supplier_city), NULL, NULL
FROM doc JOIN doc_party AS party USING (document_id)
WHERE party.supplier_codes IS NULL
UNION ALL
SELECT doc.document_id, 'document.supplier_vat_number', 'R03',
       party.counterparty_code || ' ' || party.counterparty_name,
       CASE WHEN party.account_count = 0
            THEN said('supplier_account', {'supplier': party.counterparty_code, 'company': party.company_code})
            ELSE said('only_supplier_account', {'supplier': party.counterparty_code, 'company': party.company_code})
            END, NULL
FROM doc JOIN doc_party AS party USING (document_id)
WHERE party.supplier_count = 1 AND party.company_code IS NOT NULL AND party.account_count <> 1
UNION ALL
SELECT seller.document_id, 'document.supplier_vat_number', 'R04', seller.found_codes,
       said('one_supplier', {'numbers': borne.numbers}),
       CASE WHEN seller.fitting_count = 0 THEN said('correct_numbers') END
FROM doc_owner AS seller
JOIN borne USING (document_id, party)
JOIN doc USING (document_id)
WHERE seller.party = 'supplier' AND seller.fitting_count <> 1
UNION ALL
SELECT named.document_id, named.field, 'supplier_numbers_disagree', named.number,
       said('number_of_supplier', {'supplier': named.candidate_code, 'name': supplier.counterparty_name,
                                   'matched_by': named.matched_by, 'numbers': borne.numbers}),
       said('add_number_or_propose', {'supplier': named.candidate_code, 'number': named.number,
                                      'document': 'D' || named.document_id})
FROM named
JOIN doc USING (document_id)
JOIN borne USING (document_id, party)
JOIN supplier ON supplier.counterparty_code = named.candidate_code
WHERE named.party = 'supplier' AND named.is_contradicting
UNION ALL
SELECT named.document_id, named.field, 'R05', named.number,
       said('number_in_registry', {'supplier': named.candidate_code}),
       said('add_number', {'supplier': named.candidate_code, 'number': named.number})
FROM named
JOIN doc_party AS party USING (document_id)
WHERE named.party = 'supplier' AND NOT named.is_contradicting AND party.supplier_count = 1
UNION ALL
SELECT doc.document_id, 'document.supplier_name', 'R05', doc.supplier_name,
       said('name_of_supplier', {'name': party.counterparty_name, 'supplier': party.counterparty_code}), NULL
FROM doc JOIN doc_party AS party USING (document_id)
WHERE party.supplier_count = 1
  AND jaro_winkler_similarity(lower(doc.supplier_name), lower(party.counterparty_name)) < 0.7
UNION ALL
SELECT document_id, 'payment.iban', 'R13', iban_text, expected, iban_remedy(document_id, is_wrong) FROM doc_iban
WHERE NOT is_answered

-- name: check_types
-- Grain: one document of a type that is not registered (R08), an advance without its account (R16), a document without
-- an exchange rate (R15), or a credit note without a reference (R18). Inputs: doc, doc_type, doc_party, doc_decision,
-- doc_rate, company, vat_summary, document_reference. The type stands in the code of its own format, with what it
-- means.
WITH seller AS (
    SELECT doc.document_id, min(company.company_code) AS company_code
    FROM doc
    JOIN doc_type AS kind ON kind.document_id = doc.document_id AND kind.treatment = 'self_billed'
    JOIN company ON regexp_replace(upper(company.vat_number), '^[A-Z]{2}|[^A-Z0-9]', '', 'g') = doc.supplier_vat_number
                 OR upper(company.tax_code) = upper(doc.supplier_tax_code)
    GROUP BY doc.document_id
), refused AS (
    SELECT kind.document_id, kind.type_code, kind.treatment, kind.description, seller.company_code AS seller_code
    FROM doc_type AS kind
    JOIN doc USING (document_id)
    LEFT JOIN seller USING (document_id)
    WHERE kind.treatment IS NULL OR kind.treatment IN ('self_billed', 'own', 'report', 'proforma')
       OR kind.treatment = 'payable' AND coalesce(doc.payable_amount, doc.total_amount, 0) = 0
       OR kind.treatment = 'vat' AND NOT EXISTS (SELECT 1 FROM vat_summary AS vat
                                                 WHERE vat.file_number = doc.file_number
                                                   AND vat.position = doc.position)
)
SELECT document_id, 'document.document_type' AS field, 'R08' AS finding_code, type_code AS raw_value,
       CASE WHEN treatment = 'own' THEN said('no_own_document', {'type': type_code})
            WHEN treatment = 'report' THEN said('no_report', {'type': type_code, 'meaning': description})
            WHEN treatment = 'self_billed' AND seller_code IS NOT NULL
            THEN said('no_sales_invoice', {'type': type_code, 'meaning': description, 'seller': seller_code})
            WHEN treatment = 'self_billed' THEN said('no_self_billing', {'type': type_code, 'meaning': description})
            WHEN treatment = 'proforma' THEN said('no_proforma', {'type': type_code, 'meaning': description})
            WHEN treatment = 'payable' THEN said('payable_amount', {'type': type_code, 'meaning': description})
            WHEN treatment = 'vat' THEN said('vat_breakdown', {'type': type_code, 'meaning': description})
            END AS expected,
       CASE WHEN treatment = 'self_billed' AND seller_code IS NOT NULL THEN said('drop_as_sales_invoice')
            WHEN treatment IN ('payable', 'proforma', 'vat') THEN said('wait_for_invoice')
            WHEN treatment IS NULL THEN said('post_or_refuse_type') END AS remedy
FROM refused
UNION ALL
SELECT kind.document_id, 'setting.supplier_advance_account', 'R16', kind.type_code,
       said('advance_account', {'type': kind.type_code, 'meaning': kind.description}), NULL
FROM doc_type AS kind
JOIN doc_party AS party USING (document_id)
LEFT JOIN doc_decision AS decision ON decision.document_id = kind.document_id AND decision.decision = 'register'
WHERE kind.treatment = 'advance' AND party.company_code IS NOT NULL AND party.supplier_advance_account IS NULL
  AND decision.account_code IS NULL
UNION ALL
SELECT doc.document_id, 'document.currency_code', 'R15', doc.currency_code,
       CASE WHEN doc.currency_code IS NULL
            THEN said('rate_to_a_currency', {'company_currency': party.company_currency_code,
                                             'date': doc.document_date})
            ELSE said('rate_to_currency', {'company_currency': party.company_currency_code,
                                           'currency': doc.currency_code, 'date': doc.document_date}) END, NULL
FROM doc
JOIN doc_party AS party USING (document_id)
JOIN doc_rate AS rate USING (document_id)
WHERE party.company_code IS NOT NULL AND rate.rate_units IS NULL
UNION ALL
SELECT doc.document_id, 'reference.number', 'R18', doc.document_number, NULL, NULL
FROM doc
WHERE doc.is_credit_note
  AND NOT EXISTS (SELECT 1 FROM document_reference AS named
                  WHERE named.file_number = doc.file_number AND named.position = doc.position
                    AND named.kind = 'invoice' AND named.number IS NOT NULL)

-- name: check_dates
-- Grain: one document with a date in the future, or in a closed or missing period (R14); each case has a remedy of its
-- own. Inputs: doc, doc_party, accounting_period; $today.
SELECT doc.document_id, 'document.document_date' AS field, 'R14' AS finding_code,
       CAST(doc.document_date AS VARCHAR) AS raw_value,
       said('date_up_to_today', {'today': CAST($today AS VARCHAR)}) AS expected,
       said('refuse_or_rerun_then') AS remedy
FROM doc
WHERE doc.document_date > $today
UNION ALL
SELECT doc.document_id, 'document.document_date', 'R14', CAST(party.accounting_date AS VARCHAR),
       CASE WHEN period.period_code IS NULL THEN said('accounting_date_with_period')
            ELSE said('accounting_date_in_open_period', {'period': period.period_code}) END,
       CASE WHEN period.period_code IS NULL THEN said('add_period') ELSE said('reopen_period') END
FROM doc
JOIN doc_party AS party USING (document_id)
LEFT JOIN accounting_period AS period
       ON period.company_code = party.company_code
       AND party.accounting_date BETWEEN period.start_date AND period.end_date
WHERE party.company_code IS NOT NULL AND doc.document_date <= $today
  AND (period.period_code IS NULL OR period.period_status = 'closed')

-- name: check_amounts
-- Grain: one thing about the amounts of a document. What does not agree: lines, VAT summary, total and amount due
-- (R09), VAT with its rate (R09), the totals of EN 16931 (R09), instalments, withholding and what was paid before with
-- the payable amount (R12). What agrees by a convention that deserves a look (amounts_by_convention). Inputs: doc,
-- doc_sum, doc_group, doc_total, doc_line_check, doc_instalment, doc_party, vat_summary.
WITH judged AS (
    SELECT doc.document_id, doc.file_number, doc.position, amount.* EXCLUDE (document_id, file_number, position),
           total.mask, total.gross, total.owed, total.payable, coalesce(party.invoice_tolerance, 0) AS tolerance,
           greatest(tolerance, amount_of(amount.minor_unit)) AS slack,
           doc.line_total_amount, doc.allowance_total_amount, doc.charge_total_amount, doc.tax_exclusive_amount,
           doc.tax_total_amount
    FROM doc
    JOIN doc_sum AS amount USING (document_id)
    JOIN doc_total AS total USING (document_id)
    JOIN doc_party AS party USING (document_id)
), vat AS (
    SELECT judged.document_id, judged.is_european, judged.tolerance, judged.slack, vat.vat_rate, vat.taxable_amount,
           vat.vat_amount,
           abs(CAST(vat.taxable_amount AS DECIMAL(38,4)) * vat.vat_rate - CAST(vat.vat_amount AS DECIMAL(38,4)) * 100)
               AS hundredfold,
           judged.is_whole AND vat.vat_amount % 1 = 0 AND hundredfold <= 50 AS is_whole_amount,
           grouped.is_by_line,
           grouped.piece_count
    FROM judged
    JOIN vat_summary AS vat USING (file_number, position)
    LEFT JOIN doc_group AS grouped
           ON grouped.document_id = judged.document_id AND grouped.vat_rate IS NOT DISTINCT FROM vat.vat_rate
          AND grouped.vat_nature IS NOT DISTINCT FROM vat.vat_nature
          AND grouped.exigibility = coalesce(vat.exigibility, 'I')
    WHERE hundredfold > 100 * judged.slack AND NOT is_whole_amount
), formula AS (
    SELECT document_id, is_european, slack, unnest([
               {'field': 'document.line_total_amount', 'stated': line_total_amount,
                'computed': CASE WHEN line_count > 0 THEN line_total END,
                'slack': greatest(slack, amount_of(minor_unit) * line_count)},
               {'field': 'document.allowance_total_amount', 'stated': allowance_total_amount, 'computed': allowances,
                'slack': slack},
               {'field': 'document.charge_total_amount', 'stated': charge_total_amount, 'computed': charges,
                'slack': slack},
               -- Danish documents of the time before the norm have the VAT here.
               {'field': 'document.tax_exclusive_amount',
                'stated': CASE WHEN tax_exclusive_amount <> vat THEN tax_exclusive_amount END,
                'computed': coalesce(line_total_amount, line_total) - coalesce(allowance_total_amount, allowances)
                    + coalesce(charge_total_amount, charges),
                'slack': slack},
               {'field': 'document.tax_total_amount', 'stated': tax_total_amount, 'computed': vat,
                'slack': slack}]) AS formula
    FROM judged
    WHERE is_european
), computed AS (
    SELECT document_id, formula.field, formula.stated,
           rtrim(rtrim(CAST(formula.computed AS VARCHAR), '0'), '.') AS amount
    FROM formula
    WHERE abs(formula.stated - formula.computed) > formula.slack
)
SELECT document_id, CASE WHEN gross IS NULL THEN 'document.total_amount' ELSE 'document.payable_amount' END AS field,
       'R09' AS finding_code,
       amount_text(CASE WHEN gross IS NULL THEN total_amount ELSE amount_due END) AS raw_value,
       CASE WHEN gross IS NULL AND (taxable IS NULL OR vat IS NULL)
                 OR gross IS NOT NULL AND (owed IS NULL OR prepaid IS NULL OR payable_rounding IS NULL) THEN NULL
            WHEN gross IS NOT NULL
            THEN said('total_less_prepaid', {'owed': amount_text(owed), 'total': amount_text(gross),
                                             'prepaid': amount_text(prepaid),
                                             'rounding': amount_text(payable_rounding)})
            WHEN is_european THEN said('base_and_vat', {'base': amount_text(taxable), 'vat': amount_text(vat)})
            ELSE said('base_and_vat_by_convention', {'base': amount_text(taxable), 'vat': amount_text(vat)})
            END AS expected,
       CAST(NULL AS VARCHAR) AS remedy
FROM judged
WHERE mask IS NULL
UNION ALL
SELECT judged.document_id, 'vat_summary.taxable_amount', 'R09', amount_text(judged.taxable),
       CASE WHEN NOT judged.has_summary THEN said('vat_summary')
            WHEN line.difference IS NULL
            THEN said('summary_of_lines', {'lines': rtrim(rtrim(CAST(judged.line_total AS VARCHAR), '0'), '.')})
            ELSE said('summary_off_lines',
                      {'lines': rtrim(rtrim(CAST(judged.line_total AS VARCHAR), '0'), '.'),
                       'difference': rtrim(rtrim(CAST(line.difference AS VARCHAR), '0'), '.')}) END, NULL
FROM judged
LEFT JOIN doc_line_check AS line USING (document_id)
WHERE NOT judged.has_summary OR line.document_id IS NOT NULL AND line.is_explained IS NOT TRUE
UNION ALL
SELECT grouped.document_id, 'vat_summary.taxable_amount', 'R09', amount_text(abs(grouped.taxable)),
       said('base_of_rate', {'amount': rtrim(rtrim(CAST(grouped.piece_total AS VARCHAR), '0'), '.'),
                             'rate': concat_ws(' ', rtrim(rtrim(CAST(grouped.vat_rate AS VARCHAR), '0'), '.') || ' %',
                                               grouped.vat_nature)}), NULL
FROM doc_group AS grouped
JOIN doc_line_check AS line USING (document_id)
WHERE grouped.is_off AND line.is_explained
UNION ALL
SELECT document_id, 'vat_summary.vat_amount', 'R09', amount_text(vat_amount),
       said('vat_of_base', {'rate': rtrim(rtrim(CAST(vat_rate AS VARCHAR), '0'), '.'),
                            'base': amount_text(taxable_amount)}), NULL
FROM vat
WHERE is_by_line IS NOT TRUE
UNION ALL
SELECT document_id, 'vat_summary.vat_amount', 'amounts_by_convention', amount_text(vat_amount),
       said('vat_of_base_not_by_line', {'rate': rtrim(rtrim(CAST(vat_rate AS VARCHAR), '0'), '.'),
                                        'base': amount_text(taxable_amount), 'count': piece_count}), NULL
FROM vat
WHERE is_by_line AND NOT is_european
UNION ALL
SELECT document_id, field, 'R09', amount_text(stated),
       CASE field WHEN 'document.line_total_amount' THEN said('total_of_lines', {'amount': amount})
            WHEN 'document.allowance_total_amount' THEN said('total_of_allowances', {'amount': amount})
            WHEN 'document.charge_total_amount' THEN said('total_of_charges', {'amount': amount})
            WHEN 'document.tax_exclusive_amount' THEN said('total_without_vat', {'amount': amount})
            ELSE said('total_of_vat', {'amount': amount}) END, NULL
FROM computed
UNION ALL
SELECT document_id, 'payment.amount', 'R12', amount_text(payment_total),
       said('instalments_of_payable', {'payable': amount_text(payable)}), NULL
FROM judged
WHERE mask IS NOT NULL AND payment_count > 0
  AND NOT EXISTS (SELECT 1 FROM doc_instalment AS instalment WHERE instalment.document_id = judged.document_id
                    AND instalment.hold_reason IS NULL)
UNION ALL
SELECT document_id, 'payment.amount', 'amounts_by_convention', '0',
       CASE WHEN payment_count = 0 THEN said('payment_with_amount_or_date') ELSE said('payment_with_amount') END, NULL
FROM judged
WHERE zero_payment_count > 0 AND payable <> 0 AND NOT is_european
UNION ALL
SELECT document_id, 'document.prepaid_amount', 'R12', amount_text(prepaid),
       said('sign_of_total', {'total': amount_text(gross)}), said('compare_or_post')
FROM judged
WHERE prepaid <> 0 AND sign(prepaid) <> sign(gross)
UNION ALL
SELECT document_id, 'withholding.amount', 'R12', amount_text(withheld + withheld_fund),
       said('at_most_withheld', {'amount': amount_text(abs(gross - split_vat))}), said('compare_or_post')
FROM judged
-- VAT that the customer pays himself may be more than the whole: then nothing was to be paid before either.
WHERE withheld + withheld_fund <> 0 AND sign(coalesce(nullif(gross - split_vat, 0), gross)) * sign(payable) < 0
UNION ALL
SELECT document_id, 'withholding.amount', 'R12', once_type,
       said('amount_of_fund', {'amount': amount_text(withheld_fund)}), said('compare_or_post')
FROM judged
WHERE has_two_contributions
UNION ALL
SELECT document_id, 'adjustment.pct', 'amounts_by_convention', pct_text,
       said('summary_net_of_discount'), NULL
FROM judged
WHERE mask & 256 > 0

-- name: check_setup
-- Grain: one thing that the reference data lack for a document: posting rule (R06), VAT code (R07), withholding (R10),
-- welfare fund (R11), deferred VAT, split payment, stamp duty or an accounting reason (R16). Inputs: doc, doc_party,
-- doc_sum, doc_total, doc, doc_line_account, invoice_line, doc_share, withholding, welfare_fund, company_withholding,
-- company_welfare_fund, accounting_reason.
SELECT line.document_id, 'line.description' AS field, 'R06' AS finding_code,
       'line ' || coalesce(left(arg_min(named.line_id, line.line_number), 40), CAST(min(line.line_number) AS VARCHAR))
           || CASE WHEN max(line.rule_count) > 1 THEN ': rules ' || min(line.rule_codes) ELSE '' END AS raw_value,
       CASE WHEN max(line.rule_count) > 1 THEN said('only_rule') END AS expected
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
       CASE WHEN max(share.vat_code_count) > 1 THEN said('only_vat_code')
            WHEN share.is_code_decided THEN said('vat_code_of_rate', {'code': share.wanted_code}) END
FROM doc_share AS share
JOIN doc_party AS party USING (document_id)
WHERE party.company_code IS NOT NULL
  AND (share.vat_code_count = 0 OR share.vat_code_count > 1 AND share.account_code IS NOT NULL)
GROUP BY share.document_id, share.vat_rate, share.vat_nature, share.exigibility, share.wanted_code,
         share.is_code_decided
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
SELECT doc.document_id, 'document.stamp_duty_amount', 'R16', amount_text(amount.stamp_duty),
       said('stamp_duty_account')
FROM doc
JOIN doc_party AS party USING (document_id)
JOIN doc_sum AS amount USING (document_id)
JOIN doc_total AS total USING (document_id)
WHERE total.mask & 8 > 0 AND party.stamp_duty_account IS NULL
UNION ALL
SELECT doc.document_id, 'setting.invoice_reason', 'R16', party.invoice_reason,
       said('invoice_reason')
FROM doc
JOIN doc_party AS party USING (document_id)
ANTI JOIN accounting_reason AS reason
       ON reason.accounting_reason_code = party.invoice_reason
       AND coalesce(reason.company_code, party.company_code) = party.company_code
WHERE party.company_code IS NOT NULL

-- name: check_opening
-- Grain: one document whose debt may be in the ledger already, by items of opening_open_items.csv: of the same supplier
-- and side, with the same number and year (opening_item_exists; an item without a date is of any year), with a similar
-- number of the same day that are for no more (opening_item_similar), or with the number of the invoice that this one
-- corrects (opening_item_corrected). Inputs: doc, doc_party, doc_identity, doc_number, doc_correction, account,
-- ledger.open_item, said_item, identity_number_of, number_key_of, digit_key_of. All such items are named, at most
-- five, since a document may be owed in instalments; no row is to be taken out of which something is settled.
WITH supplier_account AS (
    SELECT document_id, account.company_code, account.account_code
    FROM doc_party AS party
    JOIN account ON account.company_code = party.company_code AND account.counterparty_code = party.counterparty_code
    WHERE party.supplier_count = 1 AND account.account_kind = 'supplier'
), item AS (
    SELECT owned.document_id, item.*, identity_number_of(item.document_number) AS identity_number
    FROM ledger.open_item AS item
    JOIN supplier_account AS owned ON owned.company_code = item.company_code AND owned.account_code = item.account_code
    WHERE item.origin = 'opening' AND item.status <> 'withdrawn' AND item.document_number IS NOT NULL
), pair AS (
    SELECT number.document_id, item.item_id, 1 AS rank
    FROM doc JOIN doc_number AS number USING (document_id) JOIN item USING (document_id, identity_number)
    WHERE item.document_date IS NULL OR year(item.document_date) = year(doc.document_date)
    UNION ALL
    SELECT named.document_id, item.item_id, 2
    FROM doc_correction AS named
    JOIN doc USING (document_id)
    JOIN item ON item.document_id = named.document_id AND item.identity_number = named.corrected_number
    WHERE coalesce(item.document_date = named.reference_date, year(item.document_date) <= year(doc.document_date), true)
    UNION ALL
    SELECT number.document_id, item.item_id, 3
    FROM doc JOIN doc_number AS number USING (document_id)
    JOIN doc_identity AS identity USING (document_id)
    JOIN item USING (document_id)
    WHERE (number_key_of(item.identity_number) = number.number_key
           OR digit_key_of(item.identity_number) = number.digit_key)
      AND item.document_date = doc.document_date AND item.currency_code = doc.currency_code
      AND item.original_amount <= greatest(abs(identity.payable_amount), abs(identity.total_amount))
), found AS (
    SELECT doc.document_id, doc.document_number, pair.rank, count(*) AS item_count,
           min(item.identity_number) AS identity_number, bool_or(item.settled_amount > 0) AS has_settled,
           list(said_item(item.open_item_key, item.document_date, item.original_amount, item.settled_amount,
                          item.currency_code, item.status)
                ORDER BY item.open_item_key)[1:5] AS items
    FROM pair
    JOIN doc USING (document_id)
    JOIN doc_identity AS identity USING (document_id)
    JOIN item ON item.document_id = pair.document_id AND item.item_id = pair.item_id
    WHERE item.side = CASE WHEN coalesce(identity.payable_amount, 0) < 0 OR identity.payable_amount IS NULL
                                AND doc.is_credit_note THEN 'debit' ELSE 'credit' END
    GROUP BY doc.document_id, doc.document_number, pair.rank
    QUALIFY pair.rank = min(pair.rank) OVER (PARTITION BY doc.document_id)
)
SELECT document_id, 'document.document_number' AS field,
       CASE rank WHEN 1 THEN 'opening_item_exists' WHEN 2 THEN 'opening_item_corrected'
                 ELSE 'opening_item_similar' END AS finding_code,
       document_number AS raw_value,
       CASE WHEN item_count > 5 AND rank = 2
            THEN said('debt_beside_more_corrected_items', {'items': items, 'count': item_count - 5,
                                                           'number': identity_number})
            WHEN item_count > 5
            THEN said('debt_beside_more_items', {'items': items, 'count': item_count - 5, 'number': identity_number})
            WHEN item_count > 1 AND rank = 2
            THEN said('debt_beside_corrected_items', {'items': items, 'number': identity_number})
            WHEN item_count > 1 THEN said('debt_beside_items', {'items': items, 'number': identity_number})
            WHEN rank = 2 THEN said('debt_beside_corrected_item', {'item': items, 'number': identity_number})
            ELSE said('debt_beside_item', {'item': items, 'number': identity_number}) END AS expected,
       CASE WHEN has_settled AND rank = 2 THEN said('handle_settled', {'document': 'D' || document_id})
            WHEN has_settled THEN said('handle_settled_or_correct_row', {'document': 'D' || document_id})
            WHEN rank = 2 THEN said('take_row_out_or_handle', {'document': 'D' || document_id})
            ELSE said('handle_or_take_row_out', {'document': 'D' || document_id}) END AS remedy
FROM found

-- name: doc_finding
-- Grain: one thing wrong with a document, with its severity and, where the rule says one, its own remedy. Inputs: doc,
-- found_in_documents (what the rules found), reader_finding (what reading and validating found), finding_severity.
CREATE OR REPLACE TEMP TABLE doc_finding AS
SELECT found.*, severity.severity
FROM (
    SELECT document_id, field, finding_code, raw_value, expected, remedy FROM found_in_documents
    UNION ALL
    SELECT doc.document_id, reader.field, reader.finding_code, reader.raw_value, reader.expected, NULL
    FROM reader_finding AS reader JOIN doc USING (file_number, position)
) AS found
JOIN finding_severity AS severity USING (finding_code)

-- name: doc_first
-- Grain: one document of this delivery that is the same as another one, or similar to it, with the first of those.
-- Inputs: doc_identity, doc_finding, ledger.document_answer, question_kind. likeness: same (the identity and the
-- amounts of a document that was registered, handled elsewhere or refused, or comes first in this delivery), identity
-- (other amounts), alike (another number that is similar, with the same supplier, date and total), near (similar, in
-- the same year). Registered documents come first, then those handled elsewhere, those refused (the same amounts only:
-- the supplier may send another one under the number), then those of this delivery: what nothing is wrong with first.
-- What a person said to be the same as another document is that document here; two of which a person said that they are
-- two are never compared. What was stored without its VAT is compared without it. Leaders are found by groups: a file
-- of ten thousand documents with one number costs no pairs.
CREATE OR REPLACE TEMP TABLE doc_first AS
WITH wrong AS (
    SELECT DISTINCT document_id FROM doc_finding WHERE severity = 'ERROR'
), ranked AS (
    SELECT coalesce(identity.stands_for, identity.document_id) AS document_id, identity.is_stored,
           coalesce(other.status, identity.status) AS status,
           identity.identity_key, identity.company_code, identity.supplier_key, identity.recognised_key,
           identity.is_credit_note,
           identity.number_key, identity.digit_key, identity.document_date, identity.currency_code,
           identity.total_amount, identity.payable_amount,
           concat_ws('|', identity.identity_key, identity.amounts_key) AS same_key,
           row(CASE coalesce(other.status, identity.status) WHEN 'registered' THEN 1 WHEN 'handled' THEN 2
                    WHEN 'refused' THEN 3 ELSE 4 END,
               wrong.document_id IS NOT NULL, coalesce(identity.file_number, 0), coalesce(identity.position, 0),
               coalesce(identity.stands_for, identity.document_id)) AS place
    FROM doc_identity AS identity
    LEFT JOIN doc_identity AS other ON other.document_id = identity.stands_for
    LEFT JOIN wrong ON wrong.document_id = identity.document_id
    WHERE identity.identity_key IS NOT NULL
), told AS (
    SELECT coalesce(own.stands_for, answer.document_id) AS document_id,
           coalesce(other.stands_for, answer.other_document_id) AS other_document_id
    FROM ledger.document_answer AS answer
    LEFT JOIN doc_identity AS own ON own.document_id = answer.document_id
    LEFT JOIN doc_identity AS other ON other.document_id = answer.other_document_id
    WHERE answer.other_document_id IS NOT NULL AND answer.undone_at IS NULL
      AND answer.answer IN (SELECT answer FROM question_kind WHERE outcome <> 'repeats')
), two AS (
    SELECT document_id, other_document_id FROM told
    UNION
    SELECT other_document_id, document_id FROM told
), refused_again AS (
    SELECT same_key FROM ranked GROUP BY same_key HAVING min_by(status, place) = 'refused'
), member AS (
    SELECT document_id, place, is_stored, 'same' AS likeness, same_key AS likeness_key FROM ranked
    UNION ALL
    SELECT ranked.document_id, ranked.place, ranked.is_stored, kind.likeness,
           CASE kind.likeness
                WHEN 'identity' THEN identity_key
                WHEN 'near' THEN concat_ws('|', company_code, supplier_key, is_credit_note, kind.number_key,
                                           CAST(year(document_date) AS VARCHAR))
                ELSE concat_ws('|', company_code, supplier_key, is_credit_note, kind.number_key, document_date,
                               currency_code,
                               coalesce(total_amount, payable_amount)) END
    FROM ranked
    CROSS JOIN LATERAL (VALUES ('identity', ''), ('alike', 'N' || number_key), ('alike', 'D' || digit_key),
                        ('near', 'N' || number_key), ('near', 'D' || digit_key))
          AS kind(likeness, number_key)
    WHERE ranked.status IS DISTINCT FROM 'refused' AND (kind.likeness = 'identity' OR ranked.recognised_key IS NOT NULL)
      AND (ranked.is_stored OR ranked.same_key NOT IN (SELECT same_key FROM refused_again)
           OR ranked.document_id IN (SELECT document_id FROM two))
), leader AS (
    SELECT likeness, likeness_key, min_by(document_id, place) AS document_id, min(place) AS place FROM member
    GROUP BY likeness, likeness_key
), ahead AS (
    SELECT own.document_id, own.likeness, leader.document_id AS other_id, leader.place
    FROM member AS own
    JOIN leader USING (likeness, likeness_key)
    WHERE NOT own.is_stored AND own.document_id NOT IN (SELECT document_id FROM two)
    UNION ALL
    SELECT own.document_id, own.likeness, other.document_id, other.place
    FROM member AS own
    JOIN member AS other USING (likeness, likeness_key)
    WHERE NOT own.is_stored AND own.document_id IN (SELECT document_id FROM two) AND other.place <= own.place
      AND NOT EXISTS (SELECT 1 FROM two WHERE two.document_id = own.document_id
                        AND two.other_document_id = other.document_id)
), ahead_of AS (
    SELECT document_id, likeness, min_by(other_id, place) AS other_id FROM ahead GROUP BY document_id, likeness
), judged AS (
    SELECT own.document_id, ahead_of.other_id,
           CASE WHEN ahead_of.likeness = 'identity' AND other.is_stored AND other.vat_amount IS NULL
                     AND own.document_date = other.document_date
                 AND own.currency_code = other.currency_code AND own.payable_amount = other.payable_amount
                 AND coalesce(own.total_amount = other.total_amount, true) THEN 'same'
                 ELSE ahead_of.likeness END AS likeness
    FROM ahead_of
    JOIN doc_identity AS own USING (document_id)
    JOIN doc_identity AS other ON other.document_id = ahead_of.other_id
    WHERE ahead_of.other_id <> own.document_id
      AND (ahead_of.likeness IN ('same', 'identity') OR own.identity_key <> other.identity_key)
)
SELECT document_id, min_by(likeness, rank) AS likeness, min_by(other_id, rank) AS first_document_id
FROM (SELECT judged.*, CASE likeness WHEN 'same' THEN 1 WHEN 'identity' THEN 2 WHEN 'alike' THEN 3 ELSE 4 END AS rank
      FROM judged)
GROUP BY document_id

-- name: doc_corrected
-- Grain: one document of this delivery that stands beside another one as a corrected invoice beside the invoice that it
-- corrects, while nobody said how the two stand: both registered would be owed twice. relation: corrects (the other may
-- be registered, or be handled elsewhere) | corrects the same (invoice as the other, which comes first) | is corrected
-- by (the other, which is registered, and not of an earlier year); the first of these counts, and of several others the
-- newest. What is credited in full is owed no more and asks nothing; what was replaced asks by what replaced it.
-- Suppliers are compared by the registry of today. Inputs: doc_correction, doc_identity, doc_first, question_kind,
-- credited_document, ledger.document, ledger.document_answer.
CREATE OR REPLACE TEMP TABLE doc_corrected AS
WITH answered AS (
    SELECT document_id, other_document_id,
           answer IN (SELECT answer FROM question_kind WHERE outcome = 'replaces') AS is_replaced
    FROM ledger.document_answer WHERE undone_at IS NULL AND other_document_id IS NOT NULL
), invoice AS (
    SELECT document_id, true AS is_own, 'to_register' AS status, company_code, recognised_key, identity_number,
           document_date, total_amount,
           currency_code, CAST(NULL AS VARCHAR[]) AS corrected_numbers, CAST(NULL AS DECIMAL(38,4)) AS credited_amount
    FROM doc_identity
    WHERE NOT is_stored AND NOT is_credit_note
      AND document_id NOT IN (SELECT document_id FROM doc_first WHERE likeness = 'same')
    UNION ALL
    SELECT document.document_id, false, document.status, document.company_code,
           coalesce(identity.recognised_key, '=' || document.counterparty_code), document.identity_number,
           document.document_date,
           document.total_amount, document.currency_code, document.corrected_numbers, credit.credited_amount
    FROM ledger.document AS document
    LEFT JOIN doc_identity AS identity ON identity.document_id = document.document_id AND identity.is_stored
    LEFT JOIN credited_document() AS credit ON credit.document_id = document.document_id
    WHERE document.status IN ('registered', 'to_register', 'handled') AND NOT document.is_credit_note
      AND coalesce(credit.credited_amount < abs(document.payable_amount), true)
      AND document.document_id NOT IN (SELECT other_document_id FROM answered WHERE is_replaced)
      AND document.document_id NOT IN (SELECT document_id FROM doc_identity WHERE NOT is_stored)
), named AS (
    SELECT invoice.*, named.corrected_number, named.reference_date FROM invoice
    JOIN doc_correction AS named USING (document_id) WHERE is_own
    UNION ALL
    SELECT *, unnest(corrected_numbers), NULL FROM invoice WHERE NOT is_own AND status = 'registered'
), beside AS (
    SELECT correction.document_id, 3 AS rank, 'corrects' AS relation, original.document_id AS other_document_id
    FROM named AS correction
    JOIN invoice AS original USING (company_code, recognised_key)
    WHERE correction.is_own AND original.identity_number = correction.corrected_number
      AND original.document_id <> correction.document_id
      AND coalesce(original.document_date = correction.reference_date, true)
    UNION ALL
    SELECT later.document_id, 2, 'corrects the same', earlier.document_id
    FROM named AS later
    JOIN named AS earlier USING (company_code, recognised_key, corrected_number)
    WHERE later.is_own AND (NOT earlier.is_own OR earlier.document_id < later.document_id)
    UNION ALL
    SELECT original.document_id, 1, 'is corrected by', correction.document_id
    FROM invoice AS original
    JOIN named AS correction USING (company_code, recognised_key)
    WHERE original.is_own AND NOT correction.is_own AND correction.corrected_number = original.identity_number
      AND coalesce(year(original.document_date) <= year(correction.document_date), true)
)
SELECT beside.document_id, max_by(beside.relation, (beside.rank, other.document_date, other.document_id)) AS relation,
       max_by(other, (beside.rank, other.document_date, other.document_id)) AS other
FROM beside
JOIN invoice AS other ON other.document_id = beside.other_document_id
WHERE (beside.document_id, other.document_id) NOT IN (SELECT document_id, other_document_id FROM answered)
  AND (other.document_id, beside.document_id) NOT IN (SELECT document_id, other_document_id FROM answered)
GROUP BY beside.document_id

-- name: doc_question
-- Grain: one thing about a document that a person has to answer: whether it is the same invoice as another one that has
-- its number with other amounts (R01), or a similar number; or how a corrected invoice stands to the one that it
-- corrects (either may come first), which then is all that is asked about it. Inputs: doc_first, doc_identity,
-- doc_corrected, doc, ledger.document, ledger.file_import, question_kind. The remedy names the commands that answer it,
-- and where no answer says it, the decision that does.
CREATE OR REPLACE TEMP TABLE doc_question AS
WITH asked AS (
    SELECT first.document_id, CASE first.likeness WHEN 'identity' THEN 'R01' WHEN 'alike' THEN 'similar_document'
                                   ELSE 'similar_number' END AS finding_code,
           'document.document_number' AS field,
           CASE WHEN first.likeness = 'identity' AND own.identity_number = other.identity_number THEN 'same number'
                ELSE first.likeness END AS relation,
           other.document_id AS other_document_id, other.identity_number, other.document_date, other.total_amount,
           other.currency_code, CAST(NULL AS VARCHAR) AS other_status, CAST(NULL AS DECIMAL(38,4)) AS credited_amount
    FROM doc_first AS first
    JOIN doc_identity AS own ON own.document_id = first.document_id
    JOIN doc_identity AS other ON other.document_id = first.first_document_id
    WHERE first.likeness <> 'same' AND first.document_id NOT IN (SELECT document_id FROM doc_corrected)
    UNION ALL
    SELECT document_id, 'corrected_invoice', 'document.document_type', relation, other.document_id,
           other.identity_number, other.document_date, other.total_amount, other.currency_code, other.status,
           other.credited_amount
    FROM doc_corrected
), named AS (
    SELECT asked.*, 'D' || asked.document_id AS document, 'D' || asked.other_document_id AS other_document,
           said('other_document', {'file': coalesce(file.source_file, incoming.source_file),
                                   'document': 'D' || asked.other_document_id,
                                   'date': coalesce(CAST(asked.document_date AS VARCHAR), '?'),
                                   'total': coalesce(CAST(CAST(asked.total_amount AS DECIMAL(18,2)) AS VARCHAR), '?'),
                                   'currency': asked.currency_code}) AS other
    FROM asked
    LEFT JOIN ledger.document AS stored ON stored.document_id = asked.other_document_id
    LEFT JOIN ledger.file_import AS file ON file.import_id = stored.import_id
    LEFT JOIN doc AS incoming ON incoming.document_id = asked.other_document_id
)
SELECT named.document_id, kind.question, named.other_document_id, named.finding_code, named.field,
       CASE named.field WHEN 'document.document_type' THEN doc.type_code ELSE doc.document_number END AS raw_value,
       CASE WHEN relation = 'same number' THEN said('new_document', {'other': other})
            WHEN relation = 'identity'
            THEN said('document_not_said_the_same', {'other': other, 'number': identity_number})
            WHEN relation = 'alike' THEN said('number_unlike_of_day', {'other': other, 'number': identity_number})
            WHEN relation = 'near' THEN said('number_unlike', {'other': other, 'number': identity_number})
            WHEN relation = 'is corrected by' THEN said('invoice_without_correction', {'other': other})
            WHEN relation = 'corrects the same' THEN said('only_correction', {'other': other})
            WHEN other_status = 'handled'
            THEN said('correction_of_handled', {'other': other, 'number': identity_number})
            WHEN credited_amount > 0
            THEN said('correction_of_credited',
                      {'other': other, 'number': identity_number,
                       'credited': CAST(CAST(credited_amount AS DECIMAL(18,2)) AS VARCHAR)})
            ELSE said('correction_of_invoice', {'other': other, 'number': identity_number}) END AS expected,
       CASE WHEN kind.question = 'same_invoice'
            THEN said('same_or_other', {'document': document, 'other': other_document})
            WHEN relation = 'is corrected by'
            THEN said('refuse_or_in_addition', {'document': document, 'other': other_document})
            WHEN other_status = 'handled'
            THEN said('handle_or_in_addition', {'document': document, 'other': other_document})
            ELSE said('instead_or_in_addition', {'document': document, 'other': other_document}) END AS remedy
FROM named
JOIN (SELECT DISTINCT finding_code, question FROM question_kind) AS kind USING (finding_code)
JOIN doc USING (document_id)

-- name: found_question
-- Grain: one question about a document, as a finding. Input: doc_question; adds to found_in_documents.
INSERT INTO found_in_documents BY NAME
SELECT document_id, field, finding_code, raw_value, expected, remedy FROM doc_question

-- name: doc_state
-- Grain: one document, with what becomes of it: repeated (it is the same as another one, doc_first), registered, or
-- to_register. registered_by says why it may be registered: a person's choice, or automatic registration of its
-- company, switched on before it arrived. Inputs: doc, doc_party, doc_first, doc_finding, doc_decision,
-- ledger.automatic_registration.
CREATE OR REPLACE TEMP TABLE doc_state AS
WITH switched AS (
    SELECT company_code, is_on, switched_at FROM ledger.automatic_registration
    QUALIFY row_number() OVER (PARTITION BY company_code ORDER BY switched_at DESC) = 1
), judged AS (
    SELECT doc.document_id, doc.file_number, doc.position, party.company_code, first.first_document_id,
           coalesce(first.likeness = 'same', false) AS is_repeated,
           EXISTS (SELECT 1 FROM doc_finding AS finding
                   WHERE finding.document_id = doc.document_id AND finding.severity = 'ERROR') AS is_wrong,
           CASE WHEN decision.decision = 'register' THEN CASE WHEN decision.account_code IS NULL THEN 'choice'
                                                              ELSE 'manual' END
                WHEN switched.is_on AND doc.received_at >= switched.switched_at THEN 'automatic' END AS registered_by,
           decision.decided_by, switched.is_on, switched.switched_at
    FROM doc
    JOIN doc_party AS party USING (document_id)
    LEFT JOIN doc_first AS first USING (document_id)
    LEFT JOIN doc_decision AS decision USING (document_id)
    LEFT JOIN switched ON switched.company_code = party.company_code
)
SELECT *, CASE WHEN is_repeated THEN 'repeated'
               WHEN NOT is_wrong AND registered_by IS NOT NULL THEN 'registered'
               ELSE 'to_register' END AS status,
       NOT is_repeated AND NOT is_wrong AND registered_by IS NULL AS is_waiting
FROM judged

-- name: doc_waiting
-- Grain: one document that could be registered and waits for a person (F01, F03, F08). Input: doc_state; adds to
-- found_in_documents.
INSERT INTO found_in_documents BY NAME
SELECT document_id, 'document' AS field, 'document_waits' AS finding_code, CAST(NULL AS VARCHAR) AS raw_value,
       CASE WHEN is_on THEN said('received_after_switch', {'moment': strftime(switched_at, '%Y-%m-%d %H:%M'),
                                                           'company': company_code})
            ELSE said('automatic_registration', {'company': company_code}) END AS expected
FROM doc_state
WHERE is_waiting

-- name: count_what_may_be_asked
-- Grain: one row: how much there is by which a person could be asked about a document. Inputs: doc_first,
-- doc_correction, doc_candidate.
SELECT (SELECT count(*) FROM doc_first WHERE likeness <> 'same')
       + (SELECT count(*) FROM doc_correction)
       + (SELECT count(*) FROM doc_candidate WHERE corrected_numbers IS NOT NULL)

-- name: count_repeated_with_an_iban
-- Grain: one row: how many documents repeat another one with an IBAN that nobody answered for. Inputs: doc_iban,
-- doc_state.
SELECT count(*) FROM doc_iban JOIN doc_state USING (document_id)
WHERE doc_state.status = 'repeated' AND NOT doc_iban.is_answered
