-- Grain: one delivery by its key, with the files that were gathered into it and the newest rules by which one of them was read.
-- Inputs: ledger.delivery, ledger.dropped_file, ledger.delivered_file, ledger.file_import; $delivery_key.
SELECT delivery_id, delivery_key, delivery_kind, received_at,
       (SELECT max(import.rules_version)
        FROM ledger.delivered_file AS part JOIN ledger.file_import AS import USING (import_id)
        WHERE part.delivery_id = delivery.delivery_id) AS rules_version,
       (SELECT list({'file_key': file_key, 'source_file': source_file, 'content_sha256': content_sha256, 'byte_count': byte_count}
                    ORDER BY file_key)
        FROM ledger.dropped_file AS file WHERE file.delivery_id = delivery.delivery_id) AS files
FROM ledger.delivery AS delivery
WHERE delivery_key = $delivery_key
