-- What is wrong with a sales invoice, and what becomes of it.

-- name: check_parties
-- Grain: one thing wrong with whom an invoice names: our company, the customer, or the customer's account. Inputs:
-- sale, sale_party. A draft needs a company only, without which it is nobody's.
SELECT sale.position, sale.line_number, sale.byte_start, sale.byte_end, 'company_code' AS field,
       'sales_company_unknown' AS finding_code, sale.company_name_given AS raw_value, CAST(NULL AS VARCHAR) AS expected
FROM sale
WHERE sale.is_readable AND sale.company_code IS NULL
UNION ALL
SELECT sale.position, sale.line_number, sale.byte_start, sale.byte_end,
       CASE WHEN sale.customer_code IS NOT NULL THEN 'customer_code'
            WHEN sale.customer_vat_number IS NOT NULL THEN 'customer_vat_number'
            WHEN sale.customer_tax_code IS NOT NULL THEN 'customer_tax_code' ELSE 'customer_code' END,
       CASE WHEN party.customer_count = 0 THEN 'sales_customer_unknown' ELSE 'sales_customer_ambiguous' END,
       coalesce(sale.customer_code, concat_ws(' ', sale.customer_vat_number, sale.customer_tax_code,
                                              sale.customer_name)),
       CASE WHEN party.customer_count > 1 THEN said('one_customer', {'customers': party.customer_codes}) END
FROM sale
JOIN sale_party AS party USING (position)
WHERE sale.is_to_book AND party.customer_count <> 1
UNION ALL
SELECT sale.position, sale.line_number, sale.byte_start, sale.byte_end, 'customer_code',
       'sales_customer_account_missing',
       party.counterparty_code,
       CASE WHEN party.account_codes IS NULL
            THEN said('customer_account', {'customer': party.counterparty_code, 'company': sale.company_code})
            ELSE said('one_customer_account', {
                'customer': party.counterparty_code, 'company': sale.company_code, 'accounts': party.account_codes}) END
FROM sale
JOIN sale_party AS party USING (position)
WHERE sale.is_to_book AND party.customer_count = 1 AND party.account_count <> 1

-- name: check_amounts
-- Grain: one thing wrong with the figures of an invoice that can be read. Inputs: sale, sale_row, sale_total, sale_due,
-- sales_due. Without an amount of each line there is no invoice, not even a draft; what does not agree keeps only what
-- is to be booked out.
SELECT line.position, line.line_number, line.byte_start, line.byte_end, line.place_of_field || 'net_amount' AS field,
       'sales_amount_missing' AS finding_code, '' AS raw_value, CAST(NULL AS VARCHAR) AS expected
FROM sale_row AS line
WHERE line.net_amount IS NULL
UNION ALL
SELECT sale.position, sale.line_number, sale.byte_start, sale.byte_end, 'lines', 'sales_value_missing', NULL,
       said('line_of_invoice')
FROM sale
ANTI JOIN sale_row USING (position)
WHERE sale.is_readable
UNION ALL
SELECT line.position, line.line_number, line.byte_start, line.byte_end, line.place_of_field || 'net_amount',
       'sales_amount_differs',
       amount_text(line.given_amount), said('quantity_by_price', {'amount': amount_text(line.computed_amount)})
FROM sale_row AS line
JOIN sale USING (position)
WHERE abs(line.given_amount - line.computed_amount) > sale.tolerance
UNION ALL
SELECT line.position, line.line_number, line.byte_start, line.byte_end, line.place_of_field || 'net_amount',
       'sales_value_invalid',
       amount_text(line.given_amount), said('decimals_of_sale', {'currency': sale.currency_code})
FROM sale_row AS line
JOIN sale USING (position)
WHERE units_of(line.given_amount) % sale.minor_unit <> 0
UNION ALL
SELECT sale.position, sale.line_number, sale.byte_start, sale.byte_end, given.field, 'sales_value_invalid',
       amount_text(given.amount), said('decimals_of_sale', {'currency': sale.currency_code})
FROM sale
JOIN (SELECT position, 'vat_amount' AS field, given_vat_amount AS amount FROM sale
      UNION ALL
      SELECT position, 'total_amount', given_total_amount FROM sale
      UNION ALL
      SELECT position, 'payable_rounding_amount', payable_rounding_amount FROM sale
      UNION ALL
      SELECT position, 'instalments[' || ordinal || '].amount', TRY_CAST(amount AS DECIMAL(16,4))
      FROM sales_due) AS given USING (position)
WHERE sale.is_readable AND units_of(given.amount) % sale.minor_unit <> 0
UNION ALL
SELECT sale.position, sale.line_number, sale.byte_start, sale.byte_end, 'total_amount',
       CASE WHEN sale.is_credit_note THEN 'sales_credit_note_negative' ELSE 'sales_total_negative' END,
       amount_text(least(total.total_amount, total.payable_amount)), NULL
FROM sale
JOIN sale_total AS total USING (position)
WHERE sale.is_to_book AND least(total.total_amount, total.payable_amount) < 0
UNION ALL
SELECT sale.position, sale.line_number, sale.byte_start, sale.byte_end, 'payable_rounding_amount',
       'sales_value_invalid',
       amount_text(sale.payable_rounding_amount),
       said('most_rounding', {
           'amount': CASE WHEN sale.minor_unit = 10000 THEN 10 ELSE 1 END, 'currency': sale.currency_code})
FROM sale
WHERE sale.is_readable AND abs(sale.payable_rounding_amount) > CASE WHEN sale.minor_unit = 10000 THEN 10 ELSE 1 END
UNION ALL
SELECT sale.position, sale.line_number, sale.byte_start, sale.byte_end,
       CASE WHEN abs(total.vat_difference_amount) > sale.tolerance THEN 'vat_amount' ELSE 'total_amount' END,
       'sales_total_differs',
       CASE WHEN abs(total.vat_difference_amount) > sale.tolerance THEN amount_text(total.vat_amount)
            ELSE amount_text(total.total_amount) END,
       said('lines_and_vat', {
           'lines': coalesce(amount_text(total.row_amount), said('absurd_amount')),
           'vat': coalesce(amount_text(total.computed_vat_amount), said('absurd_amount'))})
FROM sale
JOIN sale_total AS total USING (position)
WHERE sale.is_to_book AND NOT total.is_explained OR sale.is_readable AND total.total_amount IS NULL
UNION ALL
SELECT sale.position, sale.line_number, sale.byte_start, sale.byte_end, 'instalments', 'sales_instalments_differ',
       amount_text(due.listed_amount), said('instalments_of_total', {'amount': amount_text(total.payable_amount)})
FROM sale
JOIN sale_total AS total USING (position)
JOIN sale_due AS due ON due.position = sale.position AND due.instalment = 1
WHERE sale.is_to_book AND NOT due.is_agreed AND total.is_explained AND total.payable_amount >= 0
UNION ALL
SELECT sale.position, sale.line_number, sale.byte_start, sale.byte_end, 'due_date', 'sales_instalments_differ',
       CAST(sale.due_date AS VARCHAR), said('no_due_date')
FROM sale
SEMI JOIN sales_due USING (position)
WHERE sale.is_readable AND sale.due_date IS NOT NULL

-- name: check_setup
-- Grain: one thing that the reference data lack for an invoice that is to be booked, or that is not posted at all.
-- Inputs: sale_total, sale, sale_row, sale_row_rule, sale_vat, sale_rate, sales_rule, account,
-- accounting_period, accounting_reason.
SELECT sale.position, sale.line_number, sale.byte_start, sale.byte_end, 'document' AS field,
       'sales_not_handled' AS finding_code,
       sale.unhandled AS raw_value, CAST(NULL AS VARCHAR) AS expected
FROM sale
WHERE sale.is_to_book AND sale.unhandled IS NOT NULL
UNION ALL
SELECT sale.position, sale.line_number, sale.byte_start, sale.byte_end, 'document_date', 'sales_period_closed',
       CAST(sale.document_date AS VARCHAR), said('open_period_of_company', {'company': sale.company_code})
FROM sale
WHERE sale.is_to_book
  AND NOT EXISTS (SELECT 1 FROM accounting_period AS period
                  WHERE period.company_code = sale.company_code AND period.period_status = 'open'
                    AND sale.document_date BETWEEN period.start_date AND period.end_date)
UNION ALL
SELECT sale.position, sale.line_number, sale.byte_start, sale.byte_end, 'currency_code', 'sales_exchange_rate_missing',
       sale.currency_code,
       said('rate_of_ten_days', {'currency': sale.company_currency_code, 'date': sale.document_date})
FROM sale
JOIN sale_rate AS rate USING (position)
WHERE sale.is_to_book AND rate.rate_units IS NULL
UNION ALL
SELECT sale.position, sale.line_number, sale.byte_start, sale.byte_end, 'setting.sales_reason', 'sales_reason_unknown',
       sale.sales_reason, NULL
FROM sale
WHERE sale.is_to_book
  AND NOT EXISTS (SELECT 1 FROM accounting_reason AS reason
                  WHERE reason.accounting_reason_code = sale.sales_reason
                    AND coalesce(reason.company_code, sale.company_code) = sale.company_code)
UNION ALL
SELECT sale.position, sale.line_number, sale.byte_start, sale.byte_end, 'setting.rounding_account',
       'sales_rounding_account_missing',
       '', NULL
FROM sale
WHERE sale.is_to_book AND sale.payable_rounding_amount <> 0 AND sale.rounding_account IS NULL
UNION ALL
SELECT line.position, line.line_number, line.byte_start, line.byte_end, line.place_of_field || 'description',
       CASE WHEN rule.rule_count > 1 THEN 'sales_rule_ambiguous' ELSE 'sales_rule_missing' END, line.description,
       CASE WHEN rule.rule_count > 1 THEN said('most_specific_rule', {'rules': rule.rule_codes}) END
FROM sale_row AS line
JOIN sale USING (position)
JOIN sale_row_rule AS rule USING (position, ordinal)
WHERE sale.is_to_book AND (rule.account_code IS NULL OR rule.vat_code IS NULL)
UNION ALL
SELECT line.position, line.line_number, line.byte_start, line.byte_end, line.place_of_field || 'account_code',
       'sales_account_unknown',
       line.given_account_code, said('active_account', {'companies': sale.company_code})
FROM sale_row AS line
JOIN sale USING (position)
LEFT JOIN account AS known
       ON known.company_code = sale.company_code AND known.account_code = line.given_account_code AND known.is_active
WHERE sale.is_to_book AND line.given_account_code IS NOT NULL AND known.account_code IS NULL
UNION ALL
SELECT line.position, line.line_number, line.byte_start, line.byte_end, line.place_of_field || 'vat_code',
       'sales_vat_code_unknown',
       line.given_vat_code, said('vat_code_of_sales_rules')
FROM sale_row AS line
JOIN sale USING (position)
WHERE sale.is_to_book AND line.given_vat_code IS NOT NULL
  AND NOT EXISTS (SELECT 1 FROM sales_rule AS rule
                  WHERE rule.vat_code = line.given_vat_code
                    AND coalesce(rule.company_code, sale.company_code) = sale.company_code)
UNION ALL
SELECT sale.position, sale.line_number, sale.byte_start, sale.byte_end, 'vat_rate', 'sales_vat_account_missing',
       concat_ws(' ', rtrim(rtrim(CAST(vat.vat_rate AS VARCHAR), '0'), '.') || ' %', vat.vat_nature),
       CASE WHEN vat.vat_account_count > 1 THEN said('vat_account_of_rules') END
FROM sale_vat AS vat
JOIN sale USING (position)
JOIN sale_total AS total USING (position)
WHERE sale.is_to_book AND vat.vat_account_count <> 1
  AND vat.computed_amount + CASE WHEN vat.is_largest THEN total.vat_difference_amount ELSE 0 END <> 0
  AND NOT EXISTS (SELECT 1 FROM sale_row_rule AS rule WHERE rule.position = sale.position AND rule.account_code IS NULL)

-- name: check_repeated
-- Grain: one invoice of a file that has the company, kind, number and year of another one of it and says something
-- else. Inputs: sale_first, sale.
SELECT sale.position, sale.line_number, sale.byte_start, sale.byte_end, 'document_number' AS field,
       'sales_number_repeated' AS finding_code, sale.document_number AS raw_value, CAST(NULL AS VARCHAR) AS expected
FROM sale_first AS first
JOIN sale USING (position)
WHERE first.has_other_content

-- name: check_opening
-- Grain: one invoice that is to be booked although its debt is in the ledger already by items of another source, such
-- as opening_open_items.csv: of the same customer and side, with the same number and year (an item without a date is of
-- any year) or under the key that an item of the invoice would get (sales_opening_item_exists); or with a similar
-- number of the same day that are for no more (sales_opening_item_similar). Inputs: sale, sale_party, sale_total,
-- account, ledger.open_item, said_item, identity_number_of, number_key_of, digit_key_of. All such items are named, at
-- most five, since an invoice may be owed in instalments.
WITH wanted AS (
    SELECT sale.position, sale.line_number, sale.byte_start, sale.byte_end, sale.document_number, sale.document_date,
           sale.reference, sale.company_code, sale.currency_code, account.account_code, total.payable_amount,
           identity_number_of(sale.document_number) AS identity_number,
           CASE WHEN sale.is_credit_note <> (total.payable_amount < 0) THEN 'credit' ELSE 'debit' END AS side
    FROM sale
    JOIN sale_party AS party USING (position)
    JOIN sale_total AS total USING (position)
    JOIN account ON account.company_code = sale.company_code AND account.counterparty_code = party.counterparty_code
    WHERE sale.is_to_book AND account.account_kind = 'customer'
), pair AS (
    SELECT wanted.*, item.open_item_key, item.side AS item_side, item.document_date AS item_date,
           item.currency_code AS item_currency, item.original_amount, item.settled_amount, item.status, item.origin,
           identity_number_of(item.document_number) AS item_number
    FROM wanted
    JOIN ledger.open_item AS item ON item.company_code = wanted.company_code
                                 AND item.account_code = wanted.account_code
    WHERE item.origin NOT IN ('sales', 'invoice') AND item.status <> 'withdrawn'
), ranked AS (
    SELECT *, CASE WHEN starts_with(open_item_key, reference || '-') THEN 1
                   WHEN origin <> 'opening' OR item_side <> side THEN NULL
                   WHEN item_number = identity_number
                        AND (item_date IS NULL OR year(item_date) = year(document_date)) THEN 1
                   WHEN (number_key_of(item_number) = number_key_of(identity_number)
                         OR digit_key_of(item_number) = digit_key_of(identity_number))
                        AND item_date = document_date AND item_currency = currency_code
                        AND original_amount <= abs(payable_amount) THEN 2 END AS rank
    FROM pair
), found AS (
    SELECT position, line_number, byte_start, byte_end, document_number, rank, count(*) AS item_count,
           list(said_item(open_item_key, item_date, original_amount, settled_amount, item_currency, status)
                ORDER BY open_item_key)[1:5] AS items
    FROM ranked
    WHERE rank IS NOT NULL
    GROUP BY position, line_number, byte_start, byte_end, document_number, rank
    QUALIFY rank = min(rank) OVER (PARTITION BY position)
)
SELECT position, line_number, byte_start, byte_end, 'document_number' AS field,
       CASE rank WHEN 1 THEN 'sales_opening_item_exists' ELSE 'sales_opening_item_similar' END AS finding_code,
       document_number AS raw_value,
       CASE WHEN rank = 1 AND item_count = 1 THEN said('sale_not_opened', {'items': items})
            WHEN rank = 1 AND item_count <= 5 THEN said('sale_not_opened_by_items', {'items': items})
            WHEN rank = 1 THEN said('sale_not_opened_by_more', {'items': items, 'more': item_count - 5})
            WHEN item_count = 1 THEN said('sale_unlike_item', {'items': items})
            WHEN item_count <= 5 THEN said('sale_unlike_items', {'items': items})
            ELSE said('sale_unlike_more_items', {'items': items, 'more': item_count - 5}) END AS expected
FROM found

-- name: sale_mended
-- Grain: one invoice that an earlier attempt of this import kept out and another file booked since. Inputs: sale,
-- ledger.finding; $import_id.
CREATE OR REPLACE TEMP TABLE sale_mended AS
SELECT position FROM sale
WHERE (known_status = 'booked' OR reference IS NULL)
  AND coalesce(reference, yearless_key) IN (SELECT sales_key FROM ledger.finding
                                            WHERE import_id = $import_id AND resolution = 'superseded'
                                              AND transmission_key IS NULL)

-- name: sale_finding
-- Grain: one thing wrong with a file of sales invoices or with one of them, with its severity; not what is wrong with
-- one that another file mended. Inputs: sales_found (what reading and validating found), found_in_sales (what the rules
-- found), sale_mended, finding_severity.
CREATE OR REPLACE TEMP TABLE sale_finding AS
SELECT found.*, severity.severity
FROM (
    SELECT position, line_number, byte_start, byte_end, field, finding_code, raw_value, expected, finding_count,
           is_listed FROM sales_found
    UNION ALL
    SELECT position, line_number, byte_start, byte_end, field, finding_code, raw_value, expected, 1, true
    FROM found_in_sales
) AS found
JOIN finding_severity AS severity USING (finding_code)
WHERE severity.severity <> 'ERROR' OR found.position IS NULL OR found.position NOT IN (SELECT position FROM sale_mended)

-- name: sale_state
-- Grain: one invoice of a file, with what becomes of it: kept_out (an ERROR), repeated (the ledger or the file has the
-- same already, a newer file said what is kept, or another mended it), changed (other content of what is booked), draft
-- (kept, not posted) or booked. Inputs: sale, sale_first, sale_finding, sale_mended, ledger.finding; $import_id, which
-- is smaller than that of a newer file also where a file is rerun. What a newer file says counts also while that one is
-- kept out: it is red until it is mended.
CREATE OR REPLACE TEMP TABLE sale_state AS
WITH wrong AS (
    SELECT DISTINCT position FROM sale_finding WHERE severity = 'ERROR'
), newer AS (
    SELECT DISTINCT sales_key AS reference
    FROM ledger.finding
    WHERE resolution IS NULL AND severity = 'ERROR' AND import_id > $import_id AND transmission_key IS NULL
)
SELECT sale.position, sale.reference, first.content_sha256,
       CASE WHEN sale.position IN (SELECT position FROM sale_mended) THEN 'repeated'
            WHEN NOT sale.is_readable OR sale.reference IS NULL OR first.position IS NULL
                 OR wrong.position IS NOT NULL THEN 'kept_out'
            WHEN first.first_position <> sale.position THEN 'repeated'
            WHEN sale.known_sha256 = first.content_sha256
                AND (sale.known_status = 'booked' OR sale.source_status = 'draft') THEN 'repeated'
            WHEN sale.known_import_id > $import_id
                AND (sale.known_status = 'booked' OR sale.source_status = 'draft') THEN 'repeated'
            WHEN sale.known_status = 'booked' THEN 'changed'
            WHEN newer.reference IS NOT NULL THEN 'repeated'
            WHEN sale.source_status = 'draft' THEN 'draft'
            ELSE 'booked' END AS status
FROM sale
LEFT JOIN sale_first AS first USING (position)
LEFT JOIN wrong USING (position)
LEFT JOIN newer ON newer.reference = sale.reference

-- name: finding_to_note
-- Grain: one finding of this attempt, the first 10,000 by place, and one that says how many more there are. Inputs:
-- sale_finding, sale, finding_severity; $import_id, $attempt, $now, $source_file. sales_key is the invoice's
-- reference, by which a later file mends it; its yearless_key where its date cannot be read.
WITH numbered AS (
    SELECT found.*, row_number() OVER (ORDER BY found.line_number NULLS FIRST, found.byte_start, found.position,
                                       found.finding_code, found.field) AS ordinal,
           (SELECT sum(finding_count)::BIGINT FROM sale_finding) AS total_count
    FROM sale_finding AS found
    WHERE found.is_listed
), listed AS (
    SELECT * FROM numbered WHERE ordinal <= 10000
), beyond AS (
    SELECT (SELECT max(total_count) FROM numbered) - (SELECT count(*) FROM listed) AS finding_count
)
SELECT $import_id AS import_id, $attempt AS attempt, found.ordinal, $source_file AS source_file, found.line_number,
       found.byte_start,
       found.byte_end, found.field, found.finding_code, found.severity,
       CASE WHEN length(found.raw_value) <= 200 THEN found.raw_value
            ELSE left(found.raw_value, 200) || '…' END AS raw_value,
       found.expected, sale.company_code, sale.document_number AS progressive,
       coalesce(sale.reference, sale.yearless_key) AS sales_key, $now AS found_at
FROM listed AS found
LEFT JOIN sale ON sale.position = found.position
UNION ALL BY NAME
SELECT $import_id AS import_id, $attempt AS attempt, 10001 AS ordinal, $source_file AS source_file,
       meaning.finding_code, meaning.severity,
       beyond.finding_count || ' more findings are not listed' AS raw_value, $now AS found_at
FROM beyond
JOIN finding_severity AS meaning ON meaning.finding_code = 'sales_findings_not_listed'
WHERE beyond.finding_count > 0

-- name: repeated_finding_to_note
-- Grain: one file whose content came before under another name. Inputs: $import_id, $attempt, $source_file, $expected,
-- $now.
SELECT $import_id AS import_id, $attempt AS attempt, 1 AS ordinal, $source_file AS source_file,
       'sales_file_repeated' AS finding_code,
       'WARN' AS severity, $source_file AS raw_value, $expected AS expected, $now AS found_at

-- name: finding_of_booked_invoice
-- Grain: one finding of another import that kept an invoice out which this file books; what a message of the exchange
-- system says of it stays. Inputs: ledger.finding,
-- sale_entry; $import_id, $partition_key, $now.
SELECT rowid AS finding_row
FROM ledger.finding
WHERE resolution IS NULL AND severity = 'ERROR' AND import_id <> $import_id AND transmission_key IS NULL
  AND sales_key IN (SELECT reference FROM sale_entry WHERE status = 'booked')

-- name: finding_of_corrected_date
-- Grain: one finding about an invoice whose date could not be read, of an earlier file with the name of this one, of
-- which nothing is kept out: this file has every such invoice of that file in the ledger. An invoice that is dated
-- after that file came is one of another year with the same number (dates of files are UTC: a day more). Inputs:
-- ledger.finding, ledger.file_import, ledger.import_attempt, sale, sale_state; $import_id, $source_file.
WITH named AS (
    SELECT finding.rowid AS finding_row, finding.import_id, finding.sales_key,
           (SELECT CAST(min(attempted_at) AS DATE) + 1 FROM ledger.import_attempt AS tried
            WHERE tried.import_id = import.import_id) AS last_date
    FROM ledger.finding AS finding
    JOIN ledger.file_import AS import ON import.import_id = finding.import_id AND import.attempt = finding.attempt
    WHERE import.source_kind = 'sales' AND import.import_id < $import_id
      AND lower(import.source_file) = lower($source_file)
      AND finding.resolution IS NULL AND finding.severity = 'ERROR' AND contains(finding.sales_key, '|')
)
SELECT finding_row
FROM named
QUALIFY bool_and(EXISTS (SELECT 1 FROM sale JOIN sale_state AS state USING (position)
                         WHERE sale.yearless_key = named.sales_key AND sale.document_date <= named.last_date
                           AND state.status IN ('booked', 'repeated')))
            OVER (PARTITION BY import_id)
