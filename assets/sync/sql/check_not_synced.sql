-- Grain: one booked invoice that a sync took up and that is not in its program. Inputs: ledger.sync_outbox,
-- ledger.sales_invoice, ledger.sync_problem. Fails while there is any; one that was not sent waits for what that sync met.
WITH problem AS (
    SELECT company_code, run_id, arg_max(struct_pack(error_code, error_detail), found_at) AS last
    FROM ledger.sync_problem GROUP BY company_code, run_id
)
SELECT outbox.company_code, invoice.document_number, invoice.document_date, outbox.program, outbox.state,
       CASE WHEN outbox.state = 'reserved' THEN problem.last.error_code ELSE coalesce(outbox.error_code, 'outcome_unknown') END AS error_code,
       CASE WHEN outbox.state = 'reserved' THEN problem.last.error_detail ELSE outbox.error_detail END AS error_detail, outbox.attempt_count
FROM ledger.sync_outbox AS outbox
JOIN ledger.sales_invoice AS invoice USING (invoice_id)
LEFT JOIN problem ON problem.company_code = outbox.company_code AND problem.run_id = outbox.run_id
WHERE outbox.state <> 'booked'
ORDER BY outbox.company_code, invoice.document_date, invoice.document_number
