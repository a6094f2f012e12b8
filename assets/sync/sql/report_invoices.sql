-- Grain: one sales invoice, newest first, with where it stands in its program. `problem_code` is what is wrong with it: what a
-- sync said last (of one that was not sent: what that sync met), else what reading back found, else that it was changed at its source
-- afterwards. Inputs: ledger.sales_invoice, ledger.sync_outbox, ledger.sync_problem; $company_code (null: all), $is_unsynced (booked and not in a program only).
WITH problem AS (
    SELECT company_code, run_id, arg_max(struct_pack(error_code, error_detail), found_at) AS last
    FROM ledger.sync_problem GROUP BY company_code, run_id
)
SELECT invoice.company_code, invoice.reference, invoice.document_number, invoice.document_date, invoice.is_credit_note,
       invoice.customer_name, invoice.currency_code, invoice.total_amount, invoice.status, outbox.program, outbox.state,
       outbox.registration_number, outbox.booked_at,
       CASE WHEN outbox.state IN ('rejected', 'unknown') THEN outbox.error_code WHEN outbox.state = 'pending' THEN 'outcome_unknown'
            WHEN outbox.state = 'reserved' THEN problem.last.error_code
            WHEN outbox.state = 'booked' THEN coalesce(outbox.drift_code, CASE WHEN invoice.changed_sha256 IS NOT NULL THEN 'changed_at_source' END)
       END AS problem_code,
       CASE WHEN outbox.state IN ('rejected', 'unknown') THEN outbox.error_detail
            WHEN outbox.state = 'reserved' THEN problem.last.error_detail
            WHEN outbox.state = 'booked' THEN coalesce(outbox.drift_detail, invoice.changed_detail) END AS problem_detail
FROM ledger.sales_invoice AS invoice
LEFT JOIN ledger.sync_outbox AS outbox USING (invoice_id)
LEFT JOIN problem ON problem.company_code = outbox.company_code AND problem.run_id = outbox.run_id
WHERE ($company_code IS NULL OR invoice.company_code = $company_code)
  AND (NOT $is_unsynced OR (invoice.status = 'booked' AND coalesce(outbox.state, 'none') <> 'booked'))
ORDER BY invoice.document_date DESC, invoice.company_code, invoice.document_number DESC, invoice.invoice_id
