-- Grain: one file of a kind among those asked for that has a partition key, with the status of its import (null: none stands). Inputs:
-- ledger.drawn_key, ledger.file_import; $source_kind, $keys (file keys). A file from before keys were drawn has its file key, also if its import
-- was deleted. If a file has both, as after a run that an older Partita asked for, the one that was imported counts, first come first.
WITH asked AS (
    SELECT DISTINCT unnest(CAST($keys AS VARCHAR[])) AS file_key
), given AS (
    SELECT asked.file_key, drawn.partition_key
    FROM asked
    JOIN ledger.drawn_key AS drawn ON drawn.file_key = asked.file_key AND drawn.source_kind = $source_kind
    UNION ALL
    SELECT DISTINCT asked.file_key, asked.file_key
    FROM asked
    JOIN ledger.file_import AS import ON split_part(import.partition_key, '#', 1) = asked.file_key AND import.source_kind = $source_kind
)
SELECT given.file_key, given.partition_key, import.status
FROM given
LEFT JOIN ledger.file_import AS import ON import.partition_key = given.partition_key
QUALIFY row_number() OVER (PARTITION BY given.file_key ORDER BY import.import_id NULLS LAST, given.partition_key) = 1
