-- Grain: one invoice of which its program holds something else than it was sent, or nothing any more. Inputs:
-- ledger.sync_outbox, ledger.sales_invoice.
SELECT outbox.company_code, invoice.document_number, outbox.registration_number, outbox.program, outbox.drift_code,
       outbox.drift_detail, outbox.checked_at
FROM ledger.sync_outbox AS outbox
JOIN ledger.sales_invoice AS invoice USING (invoice_id)
WHERE outbox.state = 'booked' AND outbox.drift_code IS NOT NULL
ORDER BY outbox.company_code, invoice.document_date, invoice.document_number
