-- Grain: one customer that was made in a program.
INSERT INTO ledger.sync_customer VALUES ($company_code, $program, $customer_code, $customer_id, $run_id, $now)
