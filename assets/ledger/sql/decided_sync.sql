-- Grain: one row: what syncs left in the ledger since the record of the sync before, as lists: what happened to invoices, how these stand and
-- which numbers of our own they have, customers that were made, and problems. Inputs: ledger.audit_record, sync_event, sync_outbox,
-- protocol_number, sync_customer, sync_problem; $record_number.
WITH before AS (
    SELECT coalesce(max(recorded_at), TIMESTAMP '1970-01-01') AS before_at
    FROM ledger.audit_record WHERE starts_with(action, 'sync') AND record_number < $record_number
), touched AS (
    SELECT DISTINCT invoice_id FROM ledger.sync_event JOIN before ON happened_at >= before_at
)
SELECT (SELECT list(event ORDER BY happened_at, invoice_id) FROM ledger.sync_event AS event JOIN before ON happened_at >= before_at) AS sync_event,
       (SELECT list(outbox ORDER BY invoice_id) FROM ledger.sync_outbox AS outbox SEMI JOIN touched USING (invoice_id)) AS sync_outbox,
       (SELECT list(own ORDER BY invoice_id) FROM ledger.protocol_number AS own SEMI JOIN touched USING (invoice_id)) AS protocol_number,
       (SELECT list(made ORDER BY created_at, customer_code) FROM ledger.sync_customer AS made JOIN before ON created_at >= before_at) AS sync_customer,
       (SELECT list(problem ORDER BY found_at, error_code) FROM ledger.sync_problem AS problem JOIN before ON found_at >= before_at) AS sync_problem
