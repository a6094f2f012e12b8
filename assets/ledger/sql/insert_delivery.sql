-- Grain: the delivery that is gathered now. An archive has its own key; single files are numbered by day, from the highest number on: after
-- a rebuild a delivery may be missing between. Inputs: ledger.delivery; $archive_key (null for single files), $now, $day (its day in the
-- zone of the books).
INSERT INTO ledger.delivery
SELECT coalesce(max(delivery_id), 0) + 1,
       coalesce($archive_key,
                CAST($day AS VARCHAR) || '.' || format('{:03d}', last_number + 1)),
       CASE WHEN $archive_key IS NULL THEN 'files' ELSE 'archive' END, 'waiting', $now, NULL, NULL
FROM (
    SELECT max(delivery_id) AS delivery_id,
           coalesce(max(TRY_CAST(split_part(delivery_key, '.', 2) AS BIGINT))
                    FILTER (delivery_kind = 'files' AND starts_with(delivery_key, CAST($day AS VARCHAR) || '.')), 0) AS last_number
    FROM ledger.delivery
)
GROUP BY last_number
