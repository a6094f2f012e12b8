-- Grain: the delivery that is gathered now. An archive has its own key; single files are counted by day. Inputs:
-- ledger.delivery; $archive_key (null for single files), $now, $day (its day in the zone of the books).
INSERT INTO ledger.delivery
SELECT coalesce(max(delivery_id), 0) + 1,
       coalesce($archive_key,
                CAST($day AS VARCHAR) || '.'
                || lpad(CAST(count(*) FILTER (delivery_kind = 'files' AND starts_with(delivery_key, CAST($day AS VARCHAR))) + 1 AS VARCHAR), 3, '0')),
       CASE WHEN $archive_key IS NULL THEN 'files' ELSE 'archive' END, 'waiting', $now, NULL, NULL
FROM ledger.delivery
