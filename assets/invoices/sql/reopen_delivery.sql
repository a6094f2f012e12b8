-- Grain: one delivery of which something is to do again. Inputs: $delivery_key.
UPDATE ledger.delivery SET status = 'open' WHERE delivery_key = $delivery_key
