-- Grain: one delivery in which one of these documents came, the oldest first. Inputs: ledger.document,
-- ledger.delivered_file, ledger.delivery; $document_ids, $is_first_only (whether the first delivery of each document is
-- enough, since its file can be read from there).
SELECT DISTINCT delivery.delivery_id, delivery.delivery_key, delivery.status
FROM (
    SELECT file.delivery_id, file.import_id
    FROM ledger.delivered_file AS file
    WHERE file.import_id IN (SELECT import_id FROM ledger.document
                             WHERE document_id IN (SELECT unnest($document_ids)))
    QUALIFY NOT $is_first_only
            OR row_number() OVER (PARTITION BY file.import_id ORDER BY file.delivery_id) = 1
) AS concerned
JOIN ledger.delivery AS delivery USING (delivery_id)
ORDER BY delivery.delivery_id
