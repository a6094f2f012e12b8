-- Grain: one booked invoice that a sync took up and that is not in its program. Inputs: ledger.sync_outbox,
-- ledger.sales_invoice. Fails while there is any; what was never taken up waits and is no failure.
SELECT outbox.company_code, invoice.document_number, invoice.document_date, outbox.program, outbox.state,
       coalesce(outbox.error_code, 'outcome_unknown') AS error_code, outbox.error_detail, outbox.attempt_count
FROM ledger.sync_outbox AS outbox
JOIN ledger.sales_invoice AS invoice USING (invoice_id)
WHERE outbox.state IN ('rejected', 'unknown', 'pending')
ORDER BY outbox.company_code, invoice.document_date, invoice.document_number
