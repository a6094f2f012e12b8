-- Grain: one dropped file of e-invoices among the keys asked for, with the state of its delivery. Input: $keys.
SELECT file.file_key, delivery.status
FROM ledger.dropped_file AS file
JOIN ledger.delivery AS delivery USING (delivery_id)
WHERE file.file_key IN (SELECT unnest($keys))
