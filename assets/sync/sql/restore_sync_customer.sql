-- Grain: one customer that a sync made in a program, of the journal of decisions; what is there already stays once. Inputs: restored,
-- ledger.sync_customer.
INSERT INTO ledger.sync_customer BY NAME
SELECT restored.*
FROM restored
ANTI JOIN ledger.sync_customer AS known USING (company_code, program, customer_code, customer_id)
