-- Grain: one file of sales invoices and company of which something is due; `is_tried` if a sync took it up and did not book it.
-- Inputs: ledger.sales_invoice, ledger.sync_outbox, ledger.file_import; $company_codes, $start_dates (one for each, null where
-- every document is due).
WITH asked AS (
    SELECT unnest($company_codes) AS company_code, unnest(CAST($start_dates AS DATE[])) AS start_date
)
SELECT file.partition_key, invoice.company_code, count(*) AS due_count, count(outbox.state) > 0 AS is_tried
FROM ledger.sales_invoice AS invoice
JOIN asked USING (company_code)
JOIN ledger.file_import AS file USING (import_id)
LEFT JOIN ledger.sync_outbox AS outbox USING (invoice_id)
WHERE invoice.status = 'booked' AND coalesce(outbox.state, 'none') <> 'booked'
  AND (outbox.state IN ('pending', 'unknown') OR asked.start_date IS NULL OR invoice.document_date >= asked.start_date)
GROUP BY file.partition_key, invoice.company_code, file.import_id
ORDER BY file.import_id, invoice.company_code
