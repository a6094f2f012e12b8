-- Grain: one delivery in one of the states asked for, oldest first. Input: $statuses.
SELECT delivery_key FROM ledger.delivery WHERE status IN (SELECT unnest($statuses)) ORDER BY delivery_id
