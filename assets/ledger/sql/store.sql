-- The ledger as a whole.

-- name: day_in
-- A macro: the day on which a moment (UTC) falls in a time zone. Null for a moment or a zone that is missing.
CREATE OR REPLACE TEMP MACRO day_in(time_zone, moment) AS CAST(timezone(time_zone, timezone('UTC', moment)) AS DATE)

-- name: names_import
-- A macro: whether a text names an import: by its number (I12), its partition key, the day and number with which that
-- begins (20261129.003), or the name of its file without folder, in any case.
CREATE OR REPLACE TEMP MACRO names_import(name, import_id, partition_key, source_file) AS
    lower(name) IN ('i' || import_id, lower(partition_key), lower(source_file))
    OR (regexp_full_match(name, '([0-9]{8}|[0-9]{4}-[0-9]{2}-[0-9]{2})[.][0-9]{3,6}')
        AND starts_with(partition_key, name || '-'))
    OR right(lower(source_file), length(name) + 1) = '/' || lower(name)
