-- Grain: one error of the runs asked for: of an invoice that ended rejected or in doubt, or of the sync as a whole. Inputs:
-- ledger.sync_event, ledger.sales_invoice, ledger.sync_problem; $run_ids.
WITH last_event AS (
    SELECT invoice_id, program, arg_max(struct_pack(state, error_code, error_detail), happened_at) AS said
    FROM ledger.sync_event
    WHERE run_id IN (SELECT unnest($run_ids))
    GROUP BY invoice_id, program
)
SELECT invoice.company_code, last_event.program, invoice.document_number,
       coalesce(said.error_code, 'outcome_unknown') AS error_code, said.error_detail
FROM last_event
JOIN ledger.sales_invoice AS invoice USING (invoice_id)
WHERE said.state IN ('rejected', 'unknown', 'pending')
UNION ALL
SELECT company_code, program, NULL, error_code, error_detail
FROM ledger.sync_problem
WHERE run_id IN (SELECT unnest($run_ids))
ORDER BY company_code, document_number NULLS FIRST, error_code, error_detail
