-- Grain: one state of sales invoices, with how many of them changed at their source since they were booked. Input:
-- ledger.sales_invoice. Order: status.
SELECT status, count(*) AS invoice_count, count(changed_sha256) AS changed_count
FROM ledger.sales_invoice
GROUP BY status
ORDER BY status
