-- Grain: one row: what a sync left in the ledger, as lists: what happened to invoices, how these stand and which numbers of our own they
-- have, customers that were made, and problems. It is what the run of the record did for its company, with all that runs left that ended
-- without a record. By time it cannot be told: a clock may go back. What reading back found (checked_at, drift_code, drift_detail) is left
-- out: it comes and goes without a record, and the next sync finds it again. Inputs: ledger.audit_record, sync_event, sync_outbox,
-- protocol_number, sync_customer, sync_problem; $record_number.
WITH this AS (
    SELECT run_id, subject FROM ledger.audit_record WHERE record_number = $record_number
), recorded AS (
    SELECT run_id, subject FROM ledger.audit_record WHERE starts_with(action, 'sync')
), company_run AS (
    SELECT company_code, event.run_id FROM ledger.sync_event AS event JOIN ledger.sync_outbox USING (invoice_id)
    UNION SELECT company_code, run_id FROM ledger.sync_customer
    UNION SELECT company_code, run_id FROM ledger.sync_problem
), done AS (
    SELECT company_run.company_code, company_run.run_id
    FROM company_run
    CROSS JOIN this
    WHERE (company_run.run_id = this.run_id AND starts_with(this.subject, company_run.company_code || ' '))
       OR NOT EXISTS (SELECT 1 FROM recorded
                      WHERE recorded.run_id = company_run.run_id AND starts_with(recorded.subject, company_run.company_code || ' '))
), happened AS (
    SELECT event.*
    FROM ledger.sync_event AS event
    JOIN ledger.sync_outbox AS outbox USING (invoice_id)
    JOIN done ON done.run_id = event.run_id AND done.company_code = outbox.company_code
), touched AS (
    SELECT DISTINCT invoice_id FROM happened
), stands AS (
    SELECT outbox.* EXCLUDE (checked_at, drift_code, drift_detail) FROM ledger.sync_outbox AS outbox SEMI JOIN touched USING (invoice_id)
)
SELECT (SELECT list(happened ORDER BY happened_at, invoice_id) FROM happened) AS sync_event,
       (SELECT list(outbox ORDER BY invoice_id) FROM stands AS outbox) AS sync_outbox,
       (SELECT list(own ORDER BY invoice_id) FROM ledger.protocol_number AS own SEMI JOIN touched USING (invoice_id)) AS protocol_number,
       (SELECT list(made ORDER BY created_at, customer_code) FROM ledger.sync_customer AS made SEMI JOIN done USING (company_code, run_id))
           AS sync_customer,
       (SELECT list(problem ORDER BY found_at, error_code) FROM ledger.sync_problem AS problem SEMI JOIN done USING (company_code, run_id))
           AS sync_problem
