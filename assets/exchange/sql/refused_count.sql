-- Grain: one row: how many sales invoices stand rejected by the exchange system or refused by their customers. Inputs:
-- ledger.finding, ledger.file_import.
SELECT count(DISTINCT split_part(finding.movement_reference, '/', 1)) AS invoice_count
FROM ledger.finding AS finding
JOIN ledger.file_import AS import ON import.import_id = finding.import_id AND import.attempt = finding.attempt
WHERE finding.resolution IS NULL AND finding.finding_code IN ('sales_rejected_by_exchange', 'sales_refused_by_customer')
