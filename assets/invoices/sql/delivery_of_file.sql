-- Grain: one delivery in which a file came, the oldest first. Inputs: ledger.delivered_file, ledger.delivery;
-- $import_id.
SELECT delivery.delivery_id, delivery.delivery_key, delivery.status
FROM ledger.delivered_file AS file
JOIN ledger.delivery AS delivery USING (delivery_id)
WHERE file.import_id = $import_id
ORDER BY delivery.delivery_id
