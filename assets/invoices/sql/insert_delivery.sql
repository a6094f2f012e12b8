-- Grain: the delivery that is gathered now. Inputs: ledger.delivery; $delivery_key, $delivery_kind, $now.
INSERT INTO ledger.delivery
SELECT coalesce(max(delivery_id), 0) + 1, $delivery_key, $delivery_kind, 'waiting', $now, NULL, NULL
FROM ledger.delivery
