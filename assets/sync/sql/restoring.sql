-- The outbox after a loss.

-- name: restore_sync_event
-- Grain: one thing that happened to an invoice in the outbox, of the journal of decisions; what is there already stays
-- once. Inputs: restored, ledger.sync_event.
INSERT INTO ledger.sync_event BY NAME
SELECT restored.*
FROM restored
ANTI JOIN ledger.sync_event AS known
       ON known.invoice_id = restored.invoice_id AND known.happened_at = CAST(restored.happened_at AS TIMESTAMP)
       AND known.state = restored.state

-- name: restore_sync_outbox
-- Grain: one invoice of the outbox as the journal of decisions has it, which is how it stood last. Inputs: restored,
-- ledger.sync_outbox.
MERGE INTO ledger.sync_outbox AS outbox
USING restored ON outbox.invoice_id = restored.invoice_id
WHEN MATCHED THEN UPDATE BY NAME
WHEN NOT MATCHED THEN INSERT BY NAME

-- name: restore_protocol_number
-- Grain: one registration number of our own, of the journal of decisions; an invoice that has one keeps it. Inputs:
-- restored, ledger.protocol_number.
INSERT INTO ledger.protocol_number BY NAME SELECT restored.* FROM restored
ANTI JOIN ledger.protocol_number AS known USING (invoice_id)

-- name: restore_sync_customer
-- Grain: one customer that a sync made in a program, of the journal of decisions; what is there already stays once.
-- Inputs: restored, ledger.sync_customer.
INSERT INTO ledger.sync_customer BY NAME
SELECT restored.*
FROM restored
ANTI JOIN ledger.sync_customer AS known USING (company_code, program, customer_code, customer_id)

-- name: restore_sync_problem
-- Grain: one error of a sync that is about no single invoice, of the journal of decisions; what is there already stays
-- once. Inputs: restored, ledger.sync_problem.
INSERT INTO ledger.sync_problem BY NAME
SELECT restored.*
FROM restored
ANTI JOIN ledger.sync_problem AS known
       ON known.company_code = restored.company_code AND known.error_code = restored.error_code
      AND known.found_at = CAST(restored.found_at AS TIMESTAMP) AND known.error_detail = restored.error_detail
