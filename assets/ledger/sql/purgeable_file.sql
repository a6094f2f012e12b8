-- Grain: one dropped file of a delivery that is done and was received before a moment (UTC), with its documents. Input: $kept_from.
-- Files that were purged before come again, so that a purge that was cut off can be finished.
SELECT file.file_key, count(document.document_id) AS document_count
FROM ledger.dropped_file AS file
JOIN ledger.delivery AS delivery USING (delivery_id)
LEFT JOIN ledger.delivered_file AS part ON part.delivery_id = file.delivery_id AND part.file_key = file.file_key
LEFT JOIN ledger.document AS document USING (import_id)
WHERE delivery.status = 'done' AND delivery.received_at < $kept_from
GROUP BY file.file_key
ORDER BY file.file_key
