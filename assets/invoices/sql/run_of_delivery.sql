-- Grain: one delivery with the run that processed it last. Input: ledger.delivery; $delivery_keys.
SELECT delivery_key, run_id FROM ledger.delivery WHERE delivery_key IN (SELECT unnest($delivery_keys))
