-- Grain: one delivery that a text could mean: its key, the day and number with which that begins (20261129.003), or the name of a
-- file that was dropped; case does not matter. Inputs: ledger.delivery, ledger.dropped_file. Parameter: what. Order: the newest first.
SELECT delivery_key
FROM ledger.delivery AS delivery
WHERE lower(delivery_key) = lower($what)
   OR (regexp_full_match($what, '([0-9]{8}|[0-9]{4}-[0-9]{2}-[0-9]{2})[.][0-9]{3,6}') AND starts_with(delivery_key, $what || '-'))
   OR EXISTS (SELECT 1 FROM ledger.dropped_file AS file
              WHERE file.delivery_id = delivery.delivery_id AND lower(file.source_file) = lower($what))
ORDER BY delivery_id DESC
