-- Grain: one synced invoice that stands rejected by the exchange system or refused by its customer. Inputs: ledger.sync_outbox,
-- ledger.sales_invoice, ledger.finding, ledger.file_import.
SELECT outbox.company_code, invoice.document_number, outbox.registration_number, outbox.program, finding.finding_code, finding.raw_value
FROM ledger.finding AS finding
JOIN ledger.file_import AS import ON import.import_id = finding.import_id AND import.attempt = finding.attempt
JOIN ledger.sales_invoice AS invoice ON invoice.reference = split_part(finding.movement_reference, '/', 1)
JOIN ledger.sync_outbox AS outbox ON outbox.invoice_id = invoice.invoice_id AND outbox.state = 'booked'
WHERE finding.resolution IS NULL AND finding.finding_code IN ('sales_rejected_by_exchange', 'sales_refused_by_customer')
ORDER BY outbox.company_code, invoice.document_date, invoice.document_number, finding.finding_code, finding.movement_reference
