-- Grain: one sales invoice that a text could mean: its number or our reference (or, with a pattern, a part of it), the
-- registration number of the accounting program, words of the customer's name where he is nobody's counterparty, its total, or its
-- date. Inputs: ledger.sales_invoice, ledger.sync_outbox, ledger.counterparty, has_words. Parameters: text, pattern, name, identifier, amount and
-- other_amount, day (null: none of those), limit. Order: numbers first, the newest first.
WITH found AS (
    SELECT invoice.*, outbox.registration_number,
           CASE WHEN lower(outbox.registration_number) = lower($text) THEN 'registration number'
                WHEN lower(invoice.document_number) = lower($text) OR lower(invoice.reference) = lower($text) THEN 'number'
                WHEN invoice.total_amount IN (CAST($amount AS DECIMAL(18,4)), CAST($other_amount AS DECIMAL(18,4))) THEN 'amount'
                WHEN invoice.document_date = CAST($day AS DATE) THEN 'date'
                WHEN upper(invoice.customer_vat_number) = $identifier
                  OR upper(invoice.customer_country_code || invoice.customer_vat_number) = $identifier THEN 'VAT number'
                WHEN upper(invoice.customer_tax_code) = $identifier THEN 'tax code'
                WHEN $name IS NOT NULL AND invoice.customer_code IS NULL AND has_words(invoice.customer_name, $name) THEN 'name'
                ELSE 'part of the number' END AS matched_by
    FROM ledger.sales_invoice AS invoice
    LEFT JOIN ledger.sync_outbox AS outbox USING (invoice_id)
    WHERE lower(invoice.document_number) = lower($text) OR lower(invoice.reference) = lower($text)
       OR lower(outbox.registration_number) = lower($text)
       OR ($pattern IS NOT NULL AND (contains(lower(invoice.document_number), lower($text)) OR contains(lower(invoice.reference), lower($text))
                         OR contains(lower(outbox.registration_number), lower($text))))
       OR invoice.total_amount IN (CAST($amount AS DECIMAL(18,4)), CAST($other_amount AS DECIMAL(18,4)))
       OR invoice.document_date = CAST($day AS DATE)
       OR ($identifier IS NOT NULL AND invoice.customer_code IS NULL
           AND (upper(invoice.customer_vat_number) = $identifier
                OR upper(invoice.customer_country_code || invoice.customer_vat_number) = $identifier
                OR upper(invoice.customer_tax_code) = $identifier))
       OR ($name IS NOT NULL AND invoice.customer_code IS NULL AND has_words(invoice.customer_name, $name))
    ORDER BY matched_by IN ('number', 'registration number') DESC, document_date DESC, invoice_id
    LIMIT $limit
)
SELECT 'invoice' AS kind, found.reference, found.invoice_id AS number, found.matched_by, found.company_code,
       coalesce(found.customer_name, party.counterparty_name) AS name, found.document_number, found.document_date AS day,
       found.total_amount AS amount, found.currency_code, found.status, found.entry_id
FROM found
LEFT JOIN ledger.counterparty AS party
       ON party.counterparty_code = found.customer_code
      AND party.version = (SELECT max(version) FROM ledger.reference_file WHERE file_name = 'counterparties.csv')
ORDER BY matched_by IN ('number', 'registration number') DESC, document_date DESC, invoice_id
