-- Grain: one delivery by its key, with the files that were gathered into it and the newest rules by which one of them was read. is_purged
-- says that a purge removed it: it was done by then, and received before the day of the purge. Inputs: ledger.delivery,
-- ledger.dropped_file, ledger.delivered_file, ledger.file_import, ledger.purge, ledger.setting (in force); $delivery_key, $default_zone.
WITH zone AS (
    SELECT coalesce(max(setting_value), $default_zone) AS time_zone
    FROM ledger.setting
    WHERE setting_name = 'time_zone'
      AND version = (SELECT max(version) FROM ledger.reference_file WHERE file_name = 'settings.csv')
)
SELECT delivery_id, delivery_key, delivery_kind, received_at,
       (SELECT max(import.rules_version)
        FROM ledger.delivered_file AS part JOIN ledger.file_import AS import USING (import_id)
        WHERE part.delivery_id = delivery.delivery_id) AS rules_version,
       (SELECT list({'file_key': file_key, 'source_file': source_file, 'content_sha256': content_sha256, 'byte_count': byte_count}
                    ORDER BY file_key)
        FROM ledger.dropped_file AS file WHERE file.delivery_id = delivery.delivery_id) AS files,
       delivery.status = 'done' AND EXISTS (SELECT 1 FROM ledger.purge AS purge
                                            WHERE purge.received_before_date > day_in(zone.time_zone, delivery.received_at)
                                              AND purge.purged_at >= delivery.processed_at) AS is_purged
FROM ledger.delivery AS delivery
CROSS JOIN zone
WHERE delivery_key = $delivery_key
