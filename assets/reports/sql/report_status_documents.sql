-- Grain: one state of e-invoices. Input: ledger.document. Order: status.
SELECT status, count(*) AS document_count
FROM ledger.document
GROUP BY status
ORDER BY status
