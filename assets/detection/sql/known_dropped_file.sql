-- Grain: one dropped file of e-invoices among those asked for, with the key under which it is kept and the state of its delivery. Inputs:
-- ledger.dropped_file, ledger.delivery, ledger.drawn_key; $keys (file keys). An archive is kept under the key that was drawn for its delivery;
-- single files, and archives from before keys were drawn, under their file keys.
SELECT coalesce(drawn.file_key, file.file_key) AS file_key, file.file_key AS kept_key, delivery.status
FROM ledger.dropped_file AS file
JOIN ledger.delivery AS delivery USING (delivery_id)
LEFT JOIN ledger.drawn_key AS drawn ON drawn.partition_key = file.file_key AND drawn.source_kind = 'invoice'
WHERE coalesce(drawn.file_key, file.file_key) IN (SELECT unnest($keys))
