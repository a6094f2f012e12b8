-- Grain: one booked invoice that was read back. Inputs: read_back; $now.
MERGE INTO ledger.sync_outbox AS outbox
USING read_back ON outbox.invoice_id = read_back.invoice_id
WHEN MATCHED THEN UPDATE
    SET checked_at = $now, drift_code = read_back.drift_code, drift_detail = read_back.drift_detail
