-- Grain: one error of a sync that is about no single invoice.
INSERT INTO ledger.sync_problem VALUES ($company_code, $program, $run_id, $now, $error_code, $error_detail)
