-- What a sales invoice is, to whom, and what it comes to.

-- name: sent_file_key
-- What tells files apart that were sent to the exchange system: the name without folders, case and the endings of
-- envelopes and of XML, since a message may name the signed file or the plain one. Null for a blank name.
CREATE OR REPLACE TEMP MACRO sent_file_key(file_name) AS
    nullif(regexp_replace(regexp_extract(lower(trim(file_name)), '[^/\\]*$'), '(\.xml)?(\.(p7m|pk7|p7c|p7s|p7b))*$',
                          ''), '')

-- name: sale
-- Grain: one invoice of a file, typed, with our company, its reference, and what the ledger has under that reference.
-- Inputs: sales_header, sales_found, finding_severity, company, company_setting, currency_digits, ledger.sales_invoice.
-- The company is named by its code, in e-invoices by VAT number or tax code. reference is null where company, kind,
-- number or date cannot be read; it follows from them alone, so that it is the same in a ledger that is rebuilt.
-- yearless_key names the invoice where only its date cannot be read.
CREATE OR REPLACE TEMP TABLE sale AS
WITH wrong AS (
    SELECT found.position FROM sales_found AS found JOIN finding_severity USING (finding_code) WHERE severity = 'ERROR'
), numbered AS (
    SELECT header.position, company.company_code
    FROM sales_header AS header
    JOIN company ON regexp_replace(upper(company.vat_number), '^[A-Z]{2}|[^A-Z0-9]', '',
                                   'g') = header.company_vat_number
                 OR upper(company.tax_code) = upper(header.company_tax_code)
    WHERE header.company_code IS NULL
    QUALIFY row_number() OVER (PARTITION BY header.position
                               ORDER BY upper(company.tax_code) IS DISTINCT FROM upper(header.company_tax_code),
                                        company.company_code) = 1
), typed AS (
    SELECT header.position, header.line_number, header.byte_start, header.byte_end,
           coalesce(company.company_code, numbered.company_code) AS company_code,
           coalesce(header.company_code, header.company_vat_number, header.company_tax_code) AS company_name_given,
           header.kind = 'credit_note' AS is_credit_note, header.status AS source_status, header.document_number,
           -- A cast alone takes 05/10/26 for a day of the year 5.
           CASE WHEN regexp_full_match(header.document_date, '[0-9]{4}-[0-9]{2}-[0-9]{2}')
                THEN TRY_CAST(header.document_date AS DATE) END AS document_date,
           TRY_CAST(header.due_date AS DATE) AS due_date,
           header.currency_code, header.customer_code, header.customer_vat_number, header.customer_tax_code,
           header.customer_name, header.customer_country_code, header.customer_address, header.customer_postal_code,
           header.customer_city, header.sdi_file_name, TRY_CAST(header.vat_amount AS DECIMAL(16,4)) AS given_vat_amount,
           TRY_CAST(header.total_amount AS DECIMAL(16,4)) AS given_total_amount,
           coalesce(TRY_CAST(header.payable_rounding_amount AS DECIMAL(16,4)), 0) AS payable_rounding_amount,
           header.unhandled,
           NOT EXISTS (SELECT 1 FROM wrong WHERE wrong.position IS NULL)
           AND NOT EXISTS (SELECT 1 FROM wrong WHERE wrong.position = header.position) AS is_readable
    FROM sales_header AS header
    LEFT JOIN company ON company.company_code = header.company_code
    LEFT JOIN numbered ON numbered.position = header.position
), keyed AS (
    SELECT *, company_code || '|' || CASE WHEN is_credit_note THEN 'C' ELSE 'I' END || '|' || upper(document_number)
              AS yearless_key,
           yearless_key || '|' || year(document_date) AS registration_key
    FROM typed
), referred AS (
    SELECT *, 'FV' || year(document_date) || upper(substr(sha256(registration_key), 1, 12)) AS reference FROM keyed
)
SELECT referred.*, company.currency_code AS company_currency_code, setting.sales_reason, setting.rounding_account,
       coalesce(setting.invoice_tolerance, 0) AS tolerance,
       CAST(10 ** (4 - coalesce(digits.digits, 2)) AS HUGEINT) AS minor_unit,
       known.invoice_id AS known_invoice_id, known.status AS known_status, known.import_id AS known_import_id,
       known.content_sha256 AS known_sha256,
       is_readable AND referred.company_code IS NOT NULL AND referred.source_status <> 'draft'
           AND known.status IS DISTINCT FROM 'booked' AS is_to_book
FROM referred
LEFT JOIN company ON company.company_code = referred.company_code
LEFT JOIN company_setting AS setting ON setting.company_code = referred.company_code
LEFT JOIN currency_digits AS digits ON digits.currency_code = referred.currency_code
LEFT JOIN ledger.sales_invoice AS known ON known.reference = referred.reference

-- name: customer
-- Grain: one counterparty that buys, with its numbers as documents spell them: capitals, no signs, no country before
-- the VAT number (EL for GR). Input: counterparty.
CREATE OR REPLACE TEMP TABLE customer AS
SELECT counterparty_code, counterparty_name, country_code,
       CASE WHEN starts_with(number, country_code) OR country_code = 'GR'
                 AND starts_with(number, 'EL') THEN substr(number, 3) ELSE number END AS vat_number, tax_code
FROM (
    SELECT counterparty_code, counterparty_name, country_code,
           regexp_replace(upper(vat_number), '[^A-Z0-9]', '', 'g') AS number,
           regexp_replace(upper(tax_code), '[^A-Z0-9]', '', 'g') AS tax_code
    FROM counterparty
    WHERE counterparty_kind IN ('customer', 'both')
)

-- name: sale_party
-- Grain: one invoice, with its customer and the customer's account. Inputs: sale, customer, account. A customer_code
-- decides; without one the VAT number does, then the tax code. customer_count and account_count say how many fit; only
-- where it is one is there a code.
CREATE OR REPLACE TEMP TABLE sale_party AS
WITH spelled AS (
    SELECT position, customer_code, customer_country_code,
           regexp_replace(upper(customer_vat_number), '[^A-Z0-9]', '', 'g') AS vat_number,
           regexp_replace(upper(customer_tax_code), '[^A-Z0-9]', '', 'g') AS tax_code
    FROM sale
), hit AS (
    SELECT spelled.position, customer.counterparty_code, 1 AS rank
    FROM spelled JOIN customer ON customer.counterparty_code = spelled.customer_code
    UNION ALL
    SELECT spelled.position, customer.counterparty_code, 2
    FROM spelled JOIN customer USING (vat_number)
    WHERE spelled.customer_code IS NULL
      AND customer.country_code = coalesce(spelled.customer_country_code, customer.country_code)
    UNION ALL
    SELECT spelled.position, customer.counterparty_code, 2
    FROM spelled
    JOIN customer ON customer.vat_number = substr(spelled.vat_number, 3)
                 AND customer.country_code = replace(substr(spelled.vat_number, 1, 2), 'EL', 'GR')
    WHERE spelled.customer_code IS NULL
    UNION ALL
    SELECT spelled.position, customer.counterparty_code, 3
    FROM spelled JOIN customer USING (tax_code)
    WHERE spelled.customer_code IS NULL
), best AS (
    SELECT position, count(DISTINCT counterparty_code) AS customer_count, min(counterparty_code) AS counterparty_code,
           string_agg(DISTINCT counterparty_code, ', ' ORDER BY counterparty_code) AS customer_codes
    FROM (SELECT *, min(rank) OVER (PARTITION BY position) AS first_rank FROM hit)
    WHERE rank = first_rank
    GROUP BY position
), customer_account AS (
    SELECT company_code, counterparty_code, count(*) AS account_count, min(account_code) AS account_code,
           string_agg(account_code, ', ' ORDER BY account_code) AS account_codes
    FROM account
    WHERE account_kind = 'customer' AND is_active AND counterparty_code IS NOT NULL
    GROUP BY company_code, counterparty_code
)
SELECT sale.position, coalesce(best.customer_count, 0) AS customer_count, best.customer_codes,
       CASE WHEN best.customer_count = 1 THEN best.counterparty_code END AS counterparty_code,
       coalesce(owned.account_count, 0) AS account_count, owned.account_codes,
       CASE WHEN owned.account_count = 1 THEN owned.account_code END AS customer_account_code,
       customer.counterparty_name, customer.country_code, customer.vat_number, customer.tax_code
FROM sale
LEFT JOIN best USING (position)
LEFT JOIN customer ON best.customer_count = 1 AND customer.counterparty_code = best.counterparty_code
LEFT JOIN customer_account AS owned ON best.customer_count = 1 AND owned.company_code = sale.company_code
                                   AND owned.counterparty_code = best.counterparty_code

-- name: sale_row
-- Grain: one line of an invoice that can be read, typed. Inputs: sales_row, sale. computed_amount is quantity x
-- unit_price, rounded half up to the currency's smallest amount; net_amount is what the file says, else that.
-- place_of_field is what stands before the names of fields: nothing where the line is a row of its own.
CREATE OR REPLACE TEMP TABLE sale_row AS
WITH typed AS (
    SELECT line.position, line.ordinal, line.line_number, line.byte_start, line.byte_end,
           CASE WHEN line.byte_start IS NULL THEN 'lines[' || line.ordinal || '].' ELSE '' END AS place_of_field,
           line.description, TRY_CAST(line.net_amount AS DECIMAL(18,4)) AS given_amount,
           CAST(line.vat_rate AS DECIMAL(9,4)) AS vat_rate, line.vat_nature,
           line.account_code AS given_account_code, line.vat_code AS given_vat_code,
           CAST(TRY_CAST(line.quantity AS DECIMAL(38,8)) * 100000000 AS HUGEINT)
           * CAST(TRY_CAST(line.unit_price AS DECIMAL(38,8)) * 100000000 AS HUGEINT) AS price_units, sale.minor_unit
    FROM sales_row AS line
    JOIN sale USING (position)
    WHERE sale.is_readable
), computed AS (
    SELECT *, TRY_CAST(CAST(round_units(price_units, CAST(1000000000000 AS HUGEINT), minor_unit)
                            AS DECIMAL(34,0)) * 0.0001 AS DECIMAL(18,4)) AS computed_amount
    FROM typed
)
SELECT * EXCLUDE (price_units), coalesce(given_amount, computed_amount) AS net_amount
FROM computed

-- name: sale_row_rule
-- Grain: one line of an invoice, with its revenue account, VAT code and VAT account: those of the line itself, else of
-- the most specific rule that fits. Inputs: sale_row, sale, sale_party, sales_rule. rule_count is how many answers the
-- equally specific rules give; only where it is one is there any. Most specific: text of the line, then customer, then
-- VAT nature, then VAT rate, then company.
CREATE OR REPLACE TEMP TABLE sale_row_rule AS
WITH fit AS (
    SELECT line.position, line.ordinal, rule.rule_code,
           coalesce(line.given_account_code, rule.account_code) AS account_code,
           coalesce(line.given_vat_code, rule.vat_code) AS vat_code, rule.vat_account_code,
           16 * (rule.line_text IS NOT NULL)::INTEGER + 8 * (rule.counterparty_code IS NOT NULL)::INTEGER
           + 4 * (rule.vat_nature IS NOT NULL)::INTEGER + 2 * (rule.vat_rate IS NOT NULL)::INTEGER
           + (rule.company_code IS NOT NULL)::INTEGER AS specificity
    FROM sale_row AS line
    JOIN sale USING (position)
    JOIN sale_party AS party USING (position)
    JOIN sales_rule AS rule
      ON (rule.company_code IS NULL OR rule.company_code = sale.company_code)
     AND (rule.counterparty_code IS NULL OR rule.counterparty_code = party.counterparty_code)
     AND (rule.vat_rate IS NULL OR rule.vat_rate = line.vat_rate)
     AND (rule.vat_nature IS NULL OR rule.vat_nature = line.vat_nature)
     AND (rule.line_text IS NULL OR contains(lower(line.description), lower(rule.line_text)))
), best AS (
    SELECT position, ordinal, min(rule_code) AS rule_code, min(account_code) AS account_code, min(vat_code) AS vat_code,
           min(vat_account_code) AS vat_account_code,
           count(DISTINCT account_code || '|' || vat_code || '|' || coalesce(vat_account_code, '')) AS rule_count,
           string_agg(rule_code, ', ' ORDER BY rule_code) AS rule_codes
    FROM (SELECT *, max(specificity) OVER (PARTITION BY position, ordinal) AS highest FROM fit)
    WHERE specificity = highest
    GROUP BY position, ordinal
)
SELECT line.position, line.ordinal, coalesce(best.rule_count, 0) AS rule_count, best.rule_codes,
       CASE WHEN best.rule_count = 1 AND (line.given_account_code IS NULL OR line.given_vat_code IS NULL)
                 THEN best.rule_code END AS rule_code,
       coalesce(line.given_account_code, CASE WHEN best.rule_count = 1 THEN best.account_code END) AS account_code,
       coalesce(line.given_vat_code, CASE WHEN best.rule_count = 1 THEN best.vat_code END) AS vat_code,
       CASE WHEN best.rule_count = 1 THEN best.vat_account_code END AS vat_account_code
FROM sale_row AS line
LEFT JOIN best USING (position, ordinal)

-- name: sale_vat
-- Grain: one VAT rate and nature of an invoice: what its lines add up to, and their VAT, rounded half up. Inputs:
-- sale_row, sale_row_rule, sale. is_largest marks the one that takes what the file's own VAT amount differs by.
CREATE OR REPLACE TEMP TABLE sale_vat AS
WITH base AS (
    SELECT line.position, line.vat_rate, line.vat_nature, min(line.ordinal) AS ordinal,
           CAST(sum(line.net_amount) AS DECIMAL(38,4)) AS base_amount,
           count(DISTINCT rule.vat_account_code) AS vat_account_count, min(rule.vat_account_code) AS vat_account_code,
           any_value(line.minor_unit) AS minor_unit
    FROM sale_row AS line
    JOIN sale_row_rule AS rule USING (position, ordinal)
    GROUP BY line.position, line.vat_rate, line.vat_nature
)
SELECT position, vat_rate, vat_nature, ordinal, base_amount, vat_account_count, vat_account_code,
       CAST(CAST(round_units(units_of(base_amount) * units_of(vat_rate), CAST(1000000 AS HUGEINT), minor_unit)
                 AS DECIMAL(34,0)) * 0.0001 AS DECIMAL(38,4)) AS computed_amount,
       row_number() OVER (PARTITION BY position ORDER BY vat_rate = 0, abs(base_amount) DESC, ordinal) = 1 AS is_largest
FROM base

-- name: sale_rate
-- Grain: one invoice, with the rate between its currency and its company's: 1 where they are the same, else the newest
-- of the ten days up to its date, null where there is none. rate_units are millionths; company_minor_unit is the
-- smallest amount of the company's currency. Inputs: sale, exchange_rate, currency_digits.
CREATE OR REPLACE TEMP TABLE sale_rate AS
SELECT sale.position,
       CASE WHEN sale.currency_code = sale.company_currency_code THEN CAST(1000000 AS HUGEINT)
            ELSE CAST(CAST(rate.exchange_rate AS DECIMAL(38,6)) * 1000000 AS HUGEINT) END AS rate_units,
       CAST(10 ** (4 - coalesce(digits.digits, 2)) AS HUGEINT) AS company_minor_unit
FROM sale
LEFT JOIN exchange_rate AS rate
       ON rate.currency_code = sale.currency_code AND rate.company_currency_code = sale.company_currency_code
      AND rate.rate_date BETWEEN sale.document_date - 10 AND sale.document_date
LEFT JOIN currency_digits AS digits ON digits.currency_code = sale.company_currency_code
QUALIFY row_number() OVER (PARTITION BY sale.position ORDER BY rate.rate_date DESC) = 1

-- name: sale_total
-- Grain: one invoice that can be read, with its amounts in its currency, each positive for what it is for, and the
-- convention that explains them. Inputs: sale, sale_row, sale_vat. VAT and total are those of the file where it names
-- them, net is what is between them; payable_amount is what the customer is asked, the total with what it was rounded
-- by; is_explained: both differ from lines and rates by no more than the tolerance (or a cent a line, since lines may
-- be rounded one by one). An absurd sum is null and explained by nothing.
CREATE OR REPLACE TEMP TABLE sale_total AS
WITH rows AS (
    SELECT position, TRY_CAST(sum(net_amount) AS DECIMAL(16,4)) AS row_amount, count(*) AS row_count,
           count(*) FILTER (net_amount IS NULL) AS missing_count
    FROM sale_row GROUP BY position
), vat AS (
    SELECT position, TRY_CAST(sum(computed_amount) AS DECIMAL(16,4)) AS computed_vat_amount FROM sale_vat
    GROUP BY position
), summed AS (
    SELECT sale.position, sale.payable_rounding_amount, rows.row_amount, rows.row_count, vat.computed_vat_amount,
           coalesce(sale.given_vat_amount, vat.computed_vat_amount) AS vat_amount,
           coalesce(sale.given_total_amount, rows.row_amount
                    + coalesce(sale.given_vat_amount, vat.computed_vat_amount)) AS total_amount,
           greatest(sale.tolerance, 0.01 * rows.row_count) AS tolerance
    FROM sale
    JOIN rows USING (position)
    JOIN vat USING (position)
    WHERE rows.missing_count = 0
)
SELECT position, row_count, row_amount, computed_vat_amount,
       CAST(total_amount - vat_amount AS DECIMAL(18,4)) AS net_amount,
       CAST(vat_amount AS DECIMAL(18,4)) AS vat_amount, CAST(total_amount AS DECIMAL(18,4)) AS total_amount,
       CAST(payable_rounding_amount AS DECIMAL(18,4)) AS payable_rounding_amount,
       CAST(total_amount + payable_rounding_amount AS DECIMAL(18,4)) AS payable_amount,
       CAST(total_amount - vat_amount - row_amount AS DECIMAL(18,4)) AS net_difference_amount,
       CAST(vat_amount - computed_vat_amount AS DECIMAL(18,4)) AS vat_difference_amount,
       coalesce(abs(vat_amount - computed_vat_amount) <= tolerance
                AND abs(total_amount - vat_amount - row_amount) <= tolerance, false) AS is_explained,
       'lines and VAT' || concat(CASE WHEN vat_amount <> computed_vat_amount THEN ', VAT rounded otherwise' END,
                                 CASE WHEN total_amount - vat_amount <> row_amount THEN ', within the tolerance' END)
                                     AS total_convention
FROM summed

-- name: sale_due
-- Grain: one instalment of an invoice, by due date. Inputs: sale, sales_due, sale_total. Without instalments all of it
-- is due on the due date, else on the date of the document. is_agreed: they add up to what is payable, but for the
-- tolerance, which the last takes.
CREATE OR REPLACE TEMP TABLE sale_due AS
WITH given AS (
    SELECT due.position, due.ordinal, TRY_CAST(due.due_date AS DATE) AS due_date,
           TRY_CAST(due.amount AS DECIMAL(16,4)) AS amount
    FROM sales_due AS due
    JOIN sale USING (position)
    WHERE sale.is_readable
), listed AS (
    SELECT * FROM given
    UNION ALL
    SELECT sale.position, 1, coalesce(sale.due_date, sale.document_date), total.payable_amount
    FROM sale
    JOIN sale_total AS total USING (position)
    ANTI JOIN given USING (position)
), summed AS (
    SELECT listed.*, total.payable_amount, sale.tolerance, sum(listed.amount) OVER same_sale AS listed_amount,
           min(listed.amount) OVER same_sale AS smallest_amount,
           row_number() OVER (PARTITION BY listed.position ORDER BY listed.due_date, listed.ordinal) AS instalment,
           count(*) OVER same_sale AS instalment_count
    FROM listed
    JOIN sale_total AS total USING (position)
    JOIN sale USING (position)
    WINDOW same_sale AS (PARTITION BY listed.position)
)
SELECT position, CAST(instalment AS INTEGER) AS instalment, CAST(instalment_count AS INTEGER) AS instalment_count,
       due_date,
       CAST(amount + CASE WHEN instalment = instalment_count THEN payable_amount - listed_amount
                          ELSE 0 END AS DECIMAL(18,4)) AS amount,
       CAST(listed_amount AS DECIMAL(38,4)) AS listed_amount,
       coalesce(abs(payable_amount - listed_amount) <= tolerance AND (smallest_amount > 0 OR payable_amount <= 0),
                false) AS is_agreed
FROM summed

-- name: sale_line
-- Grain: one line of an invoice as it is kept: the lines add up to the net amount, since the largest one takes what is
-- within the tolerance. Inputs: sale_row, sale_row_rule, sale_total.
CREATE OR REPLACE TEMP TABLE sale_line AS
SELECT line.position, line.ordinal, line.description,
       CAST(line.net_amount + CASE WHEN row_number() OVER (PARTITION BY line.position
                                                           ORDER BY abs(line.net_amount) DESC, line.ordinal) = 1
                                        AND total.is_explained
                                   THEN total.net_difference_amount ELSE 0 END AS DECIMAL(18,4)) AS net_amount,
       line.vat_rate, line.vat_nature, rule.account_code, rule.vat_code, rule.rule_code
FROM sale_row AS line
JOIN sale_row_rule AS rule USING (position, ordinal)
JOIN sale_total AS total USING (position)

-- name: sale_content
-- Grain: one invoice that can be read, with the hash of what it says to the books, whatever form it came in: customer,
-- date, currency, amounts, instalments and lines; not its status, and not the customer's name and address. Inputs:
-- sale, sale_party, sale_total, sale_due, sale_row.
CREATE OR REPLACE TEMP TABLE sale_content AS
WITH due AS (
    SELECT position, string_agg(due_date || ' ' || amount_text(amount), '; ' ORDER BY instalment) AS instalments,
           max(due_date) AS last_due_date
    FROM sale_due GROUP BY position
), line AS (
    SELECT position,
           sha256(string_agg(concat_ws('|', description, amount_text(net_amount), CAST(vat_rate AS VARCHAR),
                                       coalesce(vat_nature, ''),
                                       coalesce(given_account_code, ''), coalesce(given_vat_code, '')), chr(10)
                                       ORDER BY ordinal)) AS line_sha256
    FROM sale_row GROUP BY position
)
SELECT sale.position, due.instalments, due.last_due_date,
       sha256(concat_ws(chr(10), sale.registration_key,
                        coalesce(party.counterparty_code, sale.customer_code, sale.customer_vat_number,
                                 sale.customer_tax_code, sale.customer_name, ''),
                        CAST(sale.document_date AS VARCHAR), sale.currency_code, amount_text(total.vat_amount),
                        amount_text(total.total_amount),
                        CASE WHEN sale.payable_rounding_amount <> 0 THEN 'rounded by '
                                  || amount_text(sale.payable_rounding_amount) END,
                        due.instalments, line.line_sha256)) AS content_sha256
FROM sale
JOIN sale_party AS party USING (position)
JOIN sale_total AS total USING (position)
JOIN due USING (position)
JOIN line USING (position)

-- name: sale_first
-- Grain: one invoice that can be read, with the first one of the file under its reference (a draft comes after one that
-- is booked). Inputs: sale, sale_content.
CREATE OR REPLACE TEMP TABLE sale_first AS
SELECT sale.position, sale.reference, sale.line_number, sale.byte_start, sale.byte_end, content.content_sha256,
       arg_min(sale.position, 2 * sale.position + CASE WHEN sale.source_status = 'draft' THEN 1000000000 ELSE 0 END)
           OVER (PARTITION BY sale.reference) AS first_position,
       min(content.content_sha256) OVER (PARTITION BY sale.reference)
           <> max(content.content_sha256) OVER (PARTITION BY sale.reference) AS has_other_content
FROM sale
JOIN sale_content AS content USING (position)
WHERE sale.reference IS NOT NULL

-- name: sale_totals
-- Grain: one row: what a file of sales invoices holds, and what of it was in the ledger before by another file. Inputs:
-- sale, sales_row, sale_state, sale_finding; $import_id. done_count is what is in the ledger or rightly not.
SELECT (SELECT count(*) FROM sales_row) AS line_count, (SELECT count(*) FROM sale) AS movement_count,
       (SELECT count(*) FROM sale_state AS state JOIN sale USING (position)
        WHERE state.status = 'repeated' AND sale.known_import_id IS DISTINCT FROM $import_id) AS repeated_count,
       (SELECT count(*) FROM sale_state WHERE status <> 'kept_out') AS done_count,
       (SELECT coalesce(sum(finding_count), 0)::BIGINT FROM sale_finding WHERE severity = 'ERROR') AS error_count,
       (SELECT coalesce(sum(finding_count), 0)::BIGINT FROM sale_finding WHERE severity = 'WARN') AS warning_count
