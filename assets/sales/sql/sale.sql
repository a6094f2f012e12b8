-- Grain: one invoice of a file, typed, with our company, its reference, and what the ledger has under that reference.
-- Inputs: sales_header, sales_found, finding_severity, company, company_setting, currency_digits, ledger.sales_invoice. The
-- company is named by its code, in e-invoices by VAT number or tax code. reference is null where company, kind, number or date
-- cannot be read; it follows from them alone, so that it is the same in a ledger that is rebuilt.
CREATE OR REPLACE TEMP TABLE sale AS
WITH wrong AS (
    SELECT found.position FROM sales_found AS found JOIN finding_severity USING (finding_code) WHERE severity = 'ERROR'
), numbered AS (
    SELECT header.position, company.company_code
    FROM sales_header AS header
    JOIN company ON regexp_replace(upper(company.vat_number), '^[A-Z]{2}|[^A-Z0-9]', '', 'g') = header.company_vat_number
                 OR upper(company.tax_code) = upper(header.company_tax_code)
    WHERE header.company_code IS NULL
    QUALIFY row_number() OVER (PARTITION BY header.position
                               ORDER BY upper(company.tax_code) IS DISTINCT FROM upper(header.company_tax_code), company.company_code) = 1
), typed AS (
    SELECT header.position, header.line_number, header.byte_start, header.byte_end,
           coalesce(company.company_code, numbered.company_code) AS company_code,
           coalesce(header.company_code, header.company_vat_number, header.company_tax_code) AS company_name_given,
           header.kind = 'credit_note' AS is_credit_note, header.status AS source_status, header.document_number,
           TRY_CAST(header.document_date AS DATE) AS document_date, TRY_CAST(header.due_date AS DATE) AS due_date,
           header.currency_code, header.customer_code, header.customer_vat_number, header.customer_tax_code,
           header.customer_name, header.customer_country_code, header.customer_address, header.customer_postal_code,
           header.customer_city, header.sdi_file_name, TRY_CAST(header.vat_amount AS DECIMAL(16,4)) AS given_vat_amount,
           TRY_CAST(header.total_amount AS DECIMAL(16,4)) AS given_total_amount,
           coalesce(TRY_CAST(header.payable_rounding_amount AS DECIMAL(16,4)), 0) AS payable_rounding_amount, header.unhandled,
           NOT EXISTS (SELECT 1 FROM wrong WHERE wrong.position IS NULL)
           AND NOT EXISTS (SELECT 1 FROM wrong WHERE wrong.position = header.position) AS is_readable
    FROM sales_header AS header
    LEFT JOIN company ON company.company_code = header.company_code
    LEFT JOIN numbered ON numbered.position = header.position
), keyed AS (
    SELECT *, company_code || '|' || CASE WHEN is_credit_note THEN 'C' ELSE 'I' END || '|' || upper(document_number)
              || '|' || year(document_date) AS registration_key
    FROM typed
), referred AS (
    SELECT *, 'FV' || year(document_date) || upper(substr(sha256(registration_key), 1, 12)) AS reference FROM keyed
)
SELECT referred.*, company.currency_code AS company_currency_code, setting.sales_reason, setting.rounding_account,
       coalesce(setting.invoice_tolerance, 0) AS tolerance,
       CAST(10 ** (4 - coalesce(digits.digits, 2)) AS HUGEINT) AS minor_unit,
       known.invoice_id AS known_invoice_id, known.status AS known_status, known.import_id AS known_import_id,
       known.content_sha256 AS known_sha256,
       is_readable AND referred.company_code IS NOT NULL AND referred.source_status <> 'draft' AND known.status IS DISTINCT FROM 'booked' AS is_to_book
FROM referred
LEFT JOIN company ON company.company_code = referred.company_code
LEFT JOIN company_setting AS setting ON setting.company_code = referred.company_code
LEFT JOIN currency_digits AS digits ON digits.currency_code = referred.currency_code
LEFT JOIN ledger.sales_invoice AS known ON known.reference = referred.reference
