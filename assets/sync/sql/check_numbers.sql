-- Grain: one registration number that a program gave to several invoices of one journal and year. Inputs:
-- ledger.sync_outbox, ledger.sales_invoice.
SELECT outbox.company_code, outbox.program, outbox.journal_code, CAST(year(invoice.document_date) AS INTEGER) AS document_year,
       outbox.registration_number, string_agg(invoice.document_number, ', ' ORDER BY invoice.document_number) AS document_numbers
FROM ledger.sync_outbox AS outbox
JOIN ledger.sales_invoice AS invoice USING (invoice_id)
WHERE outbox.state = 'booked' AND outbox.registration_number IS NOT NULL
GROUP BY outbox.company_code, outbox.program, outbox.journal_code, year(invoice.document_date), outbox.registration_number
HAVING count(*) > 1
ORDER BY outbox.company_code, outbox.registration_number
