-- Grain: one dropped file of a delivery, by name. Input: $delivery_key.
SELECT file.file_key, file.source_file, file.content_sha256, delivery.received_at
FROM ledger.dropped_file AS file
JOIN ledger.delivery AS delivery USING (delivery_id)
WHERE delivery.delivery_key = $delivery_key
ORDER BY file.source_file, file.file_key
