-- Files that waited while their keys were drawn elsewhere.

-- name: taken_file
-- Grain: one file that the ledger took, with the hash of its content; file_key is the name under which it is kept.
-- Inputs: ledger.file_import, ledger.dropped_file.
SELECT source_kind, partition_key AS file_key, byte_count, content_sha256
FROM ledger.file_import
WHERE source_kind <> 'invoice'
UNION ALL
SELECT 'invoice', file_key, byte_count, content_sha256
FROM ledger.dropped_file

-- name: kept_difference
-- Grain: one thing in which the files of a home differ from the ledger, by name and size. Inputs: what is kept
-- ($kept_kinds, $kept_folders, $kept_names, $kept_sizes: lists of equal length), what lies in the inboxes
-- ($waiting_kinds, $waiting_names, $waiting_sizes); ledger.file_import, ledger.dropped_file, ledger.delivery,
-- ledger.purge. Order: difference_code, file_name. difference_code: unknown_file (a kept file that the ledger does not
-- know; if it is that of a deleted import, is_standing says whether the ledger has its import as not deleted and
-- nothing else is kept for it) | other_size | missing_file (nothing is kept of a file that the ledger took). No
-- difference is: a file that a purge removed (of documents received before its day, wherever that day began), one that
-- was taken and still lies in its inbox (a kill before the move, a delivery that waits), and the file of a deleted
-- import under its first name (a kill before the renaming).
WITH kept AS (
    SELECT unnest(CAST($kept_kinds AS VARCHAR[])) AS source_kind,
           unnest(CAST($kept_folders AS VARCHAR[])) AS folder_name,
           unnest(CAST($kept_names AS VARCHAR[])) AS file_name, unnest(CAST($kept_sizes AS BIGINT[])) AS byte_count
), waiting AS (
    SELECT unnest(CAST($waiting_kinds AS VARCHAR[])) AS source_kind,
           unnest(CAST($waiting_names AS VARCHAR[])) AS file_name,
           unnest(CAST($waiting_sizes AS BIGINT[])) AS byte_count
), taken AS (
    SELECT source_kind, partition_key AS file_key, split_part(partition_key, '#', 1) AS first_key, source_file,
           byte_count, status,
           false AS is_purged
    FROM ledger.file_import
    WHERE source_kind <> 'invoice'
    UNION ALL BY NAME
    SELECT 'invoice' AS source_kind, file.file_key, file.file_key AS first_key, file.source_file, file.byte_count,
           delivery.status,
           delivery.status <> 'waiting' AND delivery.received_at
               < (SELECT coalesce(max(received_before_date), DATE '0001-01-01') FROM ledger.purge)
                   + INTERVAL 12 HOUR AS is_purged
    FROM ledger.dropped_file AS file
    JOIN ledger.delivery AS delivery USING (delivery_id)
), owned AS (
    SELECT source_kind, file_key AS file_name, byte_count FROM taken
    UNION ALL
    SELECT source_kind, first_key, max(byte_count)
    FROM taken AS deleted
    WHERE status = 'deleted' AND file_key <> first_key
      AND NOT EXISTS (SELECT 1 FROM kept WHERE kept.source_kind = deleted.source_kind
                        AND kept.file_name = deleted.file_key)
      AND NOT EXISTS (SELECT 1 FROM taken AS again WHERE again.source_kind = deleted.source_kind
                        AND again.file_key = deleted.first_key)
    GROUP BY ALL
), compared AS (
    SELECT kept.*, owned.byte_count AS taken_byte_count
    FROM kept
    LEFT JOIN owned USING (source_kind, file_name)
)
SELECT 'unknown_file' AS difference_code, source_kind, folder_name, file_name, NULL AS source_file, byte_count,
       NULL AS taken_byte_count,
       NULL AS status,
       file_name LIKE '%#%'
       AND EXISTS (SELECT 1 FROM taken
                   WHERE taken.source_kind = compared.source_kind
                     AND taken.file_key = split_part(compared.file_name, '#', 1))
       AND NOT EXISTS (SELECT 1 FROM kept AS again
                       WHERE again.source_kind = compared.source_kind
                         AND again.file_name = split_part(compared.file_name, '#', 1)
                         AND compared.file_name LIKE '%#%') AS is_standing
FROM compared
WHERE taken_byte_count IS NULL
UNION ALL BY NAME
SELECT 'other_size' AS difference_code, source_kind, folder_name, file_name, byte_count, taken_byte_count,
       false AS is_standing
FROM compared
WHERE byte_count <> taken_byte_count
UNION ALL BY NAME
SELECT 'missing_file' AS difference_code, source_kind, file_key AS file_name, source_file,
       byte_count AS taken_byte_count, status,
       false AS is_standing
FROM taken
WHERE NOT is_purged
  AND NOT EXISTS (SELECT 1 FROM kept WHERE kept.source_kind = taken.source_kind AND kept.file_name = taken.file_key)
  AND NOT EXISTS (SELECT 1 FROM kept
                  WHERE kept.source_kind = taken.source_kind AND kept.file_name = taken.first_key
                    AND taken.status = 'deleted')
  AND NOT EXISTS (SELECT 1 FROM compared AS deleted
                  WHERE deleted.source_kind = taken.source_kind
                    AND split_part(deleted.file_name, '#', 1) = taken.file_key
                    AND deleted.taken_byte_count IS NULL)
  AND NOT EXISTS (SELECT 1 FROM waiting
                  WHERE waiting.source_kind = taken.source_kind AND waiting.file_name = taken.source_file
                    AND waiting.byte_count = taken.byte_count)
  AND NOT EXISTS (SELECT 1 FROM waiting
                  WHERE waiting.source_kind = taken.source_kind AND waiting.file_name = taken.first_key
                    AND waiting.byte_count = taken.byte_count)
ORDER BY difference_code, file_name
