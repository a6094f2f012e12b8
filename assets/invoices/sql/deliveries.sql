-- What is asked of deliveries.

-- name: closed_part
-- Grain: one delivered part of which nothing is left to do, with whether documents were read from it. A message of the
-- exchange system that an earlier Partita passed over (reader `message`) is read when it comes again. Inputs:
-- ledger.file_import, ledger.document.
SELECT import.partition_key,
       EXISTS (SELECT 1 FROM ledger.document AS document WHERE document.import_id = import.import_id) AS has_documents
FROM ledger.file_import AS import
WHERE import.source_kind = 'invoice' AND import.status IN ('posted', 'dismissed')
  AND import.reader_name IS DISTINCT FROM 'message'

-- name: delivery_by_status
-- Grain: one delivery in one of the states asked for, oldest first. Inputs: ledger.delivery; $statuses.
SELECT delivery_key FROM ledger.delivery WHERE status IN (SELECT unnest($statuses)) ORDER BY delivery_id

-- name: delivery_totals
-- Grain: one delivery with what has become of its files and documents. Inputs: ledger.delivery, ledger.delivered_file,
-- ledger.file_import, ledger.document, ledger.left_out_file; $delivery_key. A delivery with nothing left to do is done.
SELECT delivery.delivery_id, delivery.delivery_key, delivery.delivery_kind,
       count(DISTINCT import.import_id) AS file_count,
       count(document.document_id) AS document_count,
       count(*) FILTER (document.status = 'registered') AS registered_count,
       count(*) FILTER (document.status = 'repeated') AS repeated_count,
       count(*) FILTER (document.status IN ('refused', 'handled')) AS decided_count,
       count(*) FILTER (document.status = 'to_register') AS waiting_count,
       count(DISTINCT import.import_id) FILTER (import.status IN ('failed', 'incomplete')) AS open_file_count,
       count(DISTINCT import.import_id) FILTER (import.reader_name = 'exchange_message') AS message_count,
       (SELECT count(*) FROM ledger.left_out_file AS left_out WHERE left_out.delivery_id = delivery.delivery_id)
           AS left_out_count
FROM ledger.delivery AS delivery
LEFT JOIN ledger.delivered_file AS file USING (delivery_id)
LEFT JOIN ledger.file_import AS import USING (import_id)
LEFT JOIN ledger.document AS document USING (import_id)
WHERE delivery.delivery_key = $delivery_key
GROUP BY delivery.delivery_id, delivery.delivery_key, delivery.delivery_kind

-- name: dropped_file_of_delivery
-- Grain: one dropped file of a delivery, by name. Inputs: ledger.delivery, ledger.dropped_file; $delivery_key.
SELECT file.file_key, file.source_file, file.content_sha256, delivery.received_at
FROM ledger.dropped_file AS file
JOIN ledger.delivery AS delivery USING (delivery_id)
WHERE delivery.delivery_key = $delivery_key
ORDER BY file.source_file, file.file_key

-- name: asked_document_left
-- Grain: one document that a person asked to register, that came in one of these deliveries and is still to register.
-- Inputs: ledger.document, ledger.delivered_file, ledger.delivery; $document_ids, $delivery_keys. Order: document_id.
SELECT document.document_id
FROM ledger.document AS document
SEMI JOIN (
    SELECT file.import_id
    FROM ledger.delivered_file AS file
    JOIN ledger.delivery AS delivery USING (delivery_id)
    WHERE delivery.delivery_key IN (SELECT unnest($delivery_keys))
) AS delivered USING (import_id)
WHERE document.document_id IN (SELECT unnest($document_ids)) AND document.status = 'to_register'
ORDER BY document.document_id

-- name: iban_to_confirm
-- Grain: one IBAN that waits for an answer and stands in one of these deliveries. Inputs: iban_doubt,
-- ledger.delivered_file, ledger.delivery, ledger.document; $delivery_keys. Order: document, IBAN.
SELECT DISTINCT delivery.delivery_key, doubt.document_id, document.document_number, doubt.iban, doubt.expected,
                doubt.remedy,
       doubt.is_holding
FROM iban_doubt AS doubt
JOIN ledger.document AS document USING (document_id)
JOIN ledger.document AS found_in ON found_in.document_id = doubt.found_in_document_id
JOIN ledger.delivered_file AS file ON file.import_id = found_in.import_id
JOIN ledger.delivery AS delivery USING (delivery_id)
WHERE doubt.is_open AND list_contains($delivery_keys, delivery.delivery_key)
ORDER BY doubt.document_id, doubt.iban
