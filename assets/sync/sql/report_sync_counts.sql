-- Grain: one company and program of the runs asked for: what they booked, refused and left in doubt. Inputs:
-- ledger.sync_event, ledger.sales_invoice, ledger.sync_customer, ledger.sync_problem; $run_ids. An invoice counts by the last
-- thing that happened to it.
WITH last_event AS (
    SELECT invoice_id, program, arg_max(state, happened_at) AS state
    FROM ledger.sync_event
    WHERE run_id IN (SELECT unnest($run_ids))
    GROUP BY invoice_id, program
), counted AS (
    SELECT invoice.company_code, last_event.program, last_event.state, 1 AS invoice_count, 0 AS customer_count
    FROM last_event JOIN ledger.sales_invoice AS invoice USING (invoice_id)
    UNION ALL
    SELECT company_code, program, 'customer', 0, 1 FROM ledger.sync_customer WHERE run_id IN (SELECT unnest($run_ids))
    UNION ALL
    SELECT company_code, program, 'problem', 0, 0 FROM ledger.sync_problem WHERE run_id IN (SELECT unnest($run_ids))
)
SELECT company_code, program, CAST(sum(customer_count) AS BIGINT) AS customer_count,
       CAST(sum(invoice_count) FILTER (WHERE state = 'booked') AS BIGINT) AS booked_count,
       CAST(sum(invoice_count) FILTER (WHERE state = 'rejected') AS BIGINT) AS rejected_count,
       CAST(sum(invoice_count) FILTER (WHERE state IN ('unknown', 'pending')) AS BIGINT) AS unknown_count,
       CAST(sum(invoice_count) FILTER (WHERE state = 'reserved') AS BIGINT) AS waiting_count
FROM counted
GROUP BY company_code, program
ORDER BY company_code, program
