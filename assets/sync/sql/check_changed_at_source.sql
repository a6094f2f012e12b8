-- Grain: one synced invoice that was changed at its source afterwards. Inputs: ledger.sync_outbox, ledger.sales_invoice.
SELECT outbox.company_code, invoice.document_number, outbox.registration_number, outbox.program, invoice.changed_detail,
       invoice.changed_at
FROM ledger.sync_outbox AS outbox
JOIN ledger.sales_invoice AS invoice USING (invoice_id)
WHERE outbox.state = 'booked' AND invoice.changed_sha256 IS NOT NULL
ORDER BY outbox.company_code, invoice.document_date, invoice.document_number
