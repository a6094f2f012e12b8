-- The keys that were drawn for dropped files.

-- name: borne_key
-- Grain: one partition key that a file or delivery has or had, or that was drawn for one. Inputs: ledger.file_import (a
-- deleted one has its number behind its key), ledger.delivery, ledger.drawn_key.
SELECT partition_key FROM ledger.file_import
UNION
SELECT regexp_replace(partition_key, '#[0-9]+$', '') FROM ledger.file_import
UNION
SELECT delivery_key FROM ledger.delivery
UNION
SELECT partition_key FROM ledger.drawn_key

-- name: known_partition
-- Grain: one file of traces or sales invoices that the ledger knows, or one delivery, in the order of their coming.
-- Inputs: ledger.file_import, ledger.delivery. A file whose import was deleted may come again, as another one to the
-- ledger.
SELECT source_kind, partition_key
FROM (
    SELECT source_kind, partition_key, import_id AS place
    FROM ledger.file_import
    WHERE source_kind IN ('trace', 'sales') AND status <> 'deleted'
    UNION ALL
    SELECT 'delivery', delivery_key, delivery_id
    FROM ledger.delivery
)
ORDER BY source_kind, place

-- name: known_file
-- Grain: one file of a kind among those asked for that has a partition key, with the status of its import (null: none
-- stands). Inputs: ledger.drawn_key, ledger.file_import; $source_kind, $keys (file keys). A file from before keys were
-- drawn has its file key, also if its import was deleted. If a file has both, as after a run that an older Partita
-- asked for, the one that was imported counts, first come first.
WITH asked AS (
    SELECT DISTINCT unnest(CAST($keys AS VARCHAR[])) AS file_key
), given AS (
    SELECT asked.file_key, drawn.partition_key
    FROM asked
    JOIN ledger.drawn_key AS drawn ON drawn.file_key = asked.file_key AND drawn.source_kind = $source_kind
    UNION ALL
    SELECT DISTINCT asked.file_key, asked.file_key
    FROM asked
    JOIN ledger.file_import AS import ON split_part(import.partition_key, '#', 1) = asked.file_key
      AND import.source_kind = $source_kind
)
SELECT given.file_key, given.partition_key, import.status
FROM given
LEFT JOIN ledger.file_import AS import ON import.partition_key = given.partition_key
QUALIFY row_number() OVER (PARTITION BY given.file_key ORDER BY import.import_id NULLS LAST, given.partition_key) = 1

-- name: other_key
-- Grain: the other partition key of a file: one that is drawn and its file key. Inputs: ledger.drawn_key; $source_kind,
-- $partition_key.
SELECT CASE WHEN partition_key = $partition_key THEN file_key ELSE partition_key END AS partition_key
FROM ledger.drawn_key
WHERE source_kind = $source_kind AND (partition_key = $partition_key OR file_key = $partition_key)

-- name: known_dropped_file
-- Grain: one dropped file of e-invoices among those asked for, with the key under which it is kept and the state of its
-- delivery. Inputs: ledger.dropped_file, ledger.delivery, ledger.drawn_key; $keys (file keys). An archive is kept under
-- the key that was drawn for its delivery; single files, and archives from before keys were drawn, under their file
-- keys.
SELECT coalesce(drawn.file_key, file.file_key) AS file_key, file.file_key AS kept_key, delivery.status
FROM ledger.dropped_file AS file
JOIN ledger.delivery AS delivery USING (delivery_id)
LEFT JOIN ledger.drawn_key AS drawn ON drawn.partition_key = file.file_key AND drawn.source_kind = 'invoice'
WHERE coalesce(drawn.file_key, file.file_key) IN (SELECT unnest($keys))

-- name: drawn_before
-- Grain: one drawn key that is this one, or of the same file, or has the same number of its day. Inputs:
-- ledger.drawn_key; $partition_key, $source_kind, $file_key (null for a delivery of single files), $drawn_date,
-- $day_number. Order: partition_key.
SELECT partition_key, content_sha256
FROM ledger.drawn_key
WHERE partition_key = $partition_key
   OR source_kind = $source_kind AND file_key = $file_key
   OR drawn_date = $drawn_date AND day_number = $day_number
ORDER BY partition_key

-- name: drawn_number
-- Grain: one number that was drawn on one of these days. Inputs: ledger.drawn_key; $days.
SELECT drawn_date, day_number
FROM ledger.drawn_key
WHERE drawn_date IN (SELECT unnest(CAST($days AS DATE[])))

-- name: insert_drawn_key
-- Grain: one key that is drawn now. Inputs: to_draw; $source_kind, $now.
INSERT INTO ledger.drawn_key BY NAME
SELECT partition_key, $source_kind AS source_kind, drawn_date, day_number, file_key, content_sha256, $now AS drawn_at
FROM to_draw

-- name: count_tables_of_keys
-- Grain: one row: whether the ledger has a table of drawn keys (1, else 0): one of an older version has none.
SELECT count(*) FROM duckdb_tables() WHERE database_name = 'ledger' AND table_name = 'drawn_key'
