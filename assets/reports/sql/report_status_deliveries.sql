-- Grain: one state of deliveries of e-invoices. Input: ledger.delivery. Order: status.
SELECT status, count(*) AS delivery_count
FROM ledger.delivery
GROUP BY status
ORDER BY status
