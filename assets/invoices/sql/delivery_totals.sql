-- Grain: one delivery with what has become of its files and documents. Inputs: ledger.delivery, ledger.delivered_file,
-- ledger.file_import, ledger.document, ledger.left_out_file; $delivery_key. A delivery with nothing left to do is done.
SELECT delivery.delivery_id, delivery.delivery_key, delivery.delivery_kind, count(DISTINCT import.import_id) AS file_count,
       count(document.document_id) AS document_count,
       count(*) FILTER (document.status = 'registered') AS registered_count, count(*) FILTER (document.status = 'repeated') AS repeated_count,
       count(*) FILTER (document.status IN ('refused', 'handled')) AS decided_count,
       count(*) FILTER (document.status = 'to_register') AS waiting_count,
       count(DISTINCT import.import_id) FILTER (import.status IN ('failed', 'incomplete')) AS open_file_count,
       count(DISTINCT import.import_id) FILTER (import.reader_name = 'exchange_message') AS message_count,
       (SELECT count(*) FROM ledger.left_out_file AS left_out WHERE left_out.delivery_id = delivery.delivery_id) AS left_out_count
FROM ledger.delivery AS delivery
LEFT JOIN ledger.delivered_file AS file USING (delivery_id)
LEFT JOIN ledger.file_import AS import USING (import_id)
LEFT JOIN ledger.document AS document USING (import_id)
WHERE delivery.delivery_key = $delivery_key
GROUP BY delivery.delivery_id, delivery.delivery_key, delivery.delivery_kind
