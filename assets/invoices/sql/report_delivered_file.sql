-- Grain: the dropped file in which a delivered file stands (itself, or the archive around it), by its first delivery;
-- no row for other files. Inputs: ledger.file_import, ledger.delivered_file, ledger.delivery, ledger.dropped_file.
-- Parameter: partition_key.
SELECT delivery.delivery_key, file.file_key, file.member_name, dropped.source_file, dropped.byte_count,
       dropped.content_sha256
FROM ledger.file_import
JOIN ledger.delivered_file AS file USING (import_id)
JOIN ledger.delivery AS delivery USING (delivery_id)
LEFT JOIN ledger.dropped_file AS dropped USING (file_key)
WHERE file_import.partition_key = $partition_key
ORDER BY delivery.delivery_id
LIMIT 1
