-- Grain: one invoice whose state changes. Inputs: news; $now, $run_id.
INSERT INTO ledger.sync_event
SELECT invoice_id, $now, $run_id, program, state, registration_number, error_code, error_detail
FROM news
