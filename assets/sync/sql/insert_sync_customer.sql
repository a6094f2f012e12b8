-- Grain: one customer that was made in a program. Inputs: made; $company_code, $program, $run_id, $now.
INSERT INTO ledger.sync_customer
SELECT $company_code, $program, customer_code, customer_id, $run_id, $now
FROM made
