-- Grain: one delivery received before a date of which something is left to do. Input: $before.
SELECT delivery_key FROM ledger.delivery WHERE status <> 'done' AND CAST(received_at AS DATE) < $before ORDER BY delivery_id
