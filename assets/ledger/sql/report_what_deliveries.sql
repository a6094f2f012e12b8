-- Grain: one delivery that a text could mean: its key, or the name of a file that was dropped; case does not matter.
-- Inputs: ledger.delivery, ledger.dropped_file. Parameter: what. Order: the newest first.
SELECT delivery_key
FROM ledger.delivery AS delivery
WHERE lower(delivery_key) = lower($what)
   OR EXISTS (SELECT 1 FROM ledger.dropped_file AS file
              WHERE file.delivery_id = delivery.delivery_id AND lower(file.source_file) = lower($what))
ORDER BY delivery_id DESC
