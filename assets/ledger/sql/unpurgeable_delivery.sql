-- Grain: one delivery received before a moment (UTC) of which something is left to do. Input: $kept_from.
SELECT delivery_key FROM ledger.delivery WHERE status <> 'done' AND received_at < $kept_from ORDER BY delivery_id
