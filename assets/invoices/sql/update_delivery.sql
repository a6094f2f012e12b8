-- Grain: the delivery that was just processed; $delivery_id, $status, $now, $run_id.
UPDATE ledger.delivery SET status = $status, processed_at = $now, run_id = $run_id WHERE delivery_id = $delivery_id
