-- Grain: one file of sales invoices and company: how many are booked at the source, in a program, and due. Inputs:
-- ledger.sales_invoice, ledger.sync_outbox, ledger.file_import; $keys (null: all), $company_codes (those that have a program) and
-- $start_dates (one for each, null where every document is due).
WITH asked AS (
    SELECT unnest(CAST($company_codes AS VARCHAR[])) AS company_code, unnest(CAST($start_dates AS DATE[])) AS start_date
)
SELECT file.partition_key, invoice.company_code, count(*) AS invoice_count,
       count(*) FILTER (WHERE outbox.state = 'booked') AS synced_count,
       count(*) FILTER (WHERE asked.company_code IS NOT NULL AND coalesce(outbox.state, 'none') <> 'booked'
                        AND (outbox.state IN ('pending', 'unknown') OR asked.start_date IS NULL OR invoice.document_date >= asked.start_date)) AS due_count
FROM ledger.sales_invoice AS invoice
JOIN ledger.file_import AS file USING (import_id)
LEFT JOIN asked USING (company_code)
LEFT JOIN ledger.sync_outbox AS outbox USING (invoice_id)
WHERE invoice.status = 'booked' AND ($keys IS NULL OR file.partition_key IN (SELECT unnest(CAST($keys AS VARCHAR[]))))
GROUP BY file.partition_key, invoice.company_code, file.import_id
ORDER BY file.import_id, invoice.company_code
