-- Grain: one booked invoice that a sync took up and that is not in its program. Inputs: ledger.sync_outbox,
-- ledger.sales_invoice, ledger.sync_problem, ledger.setting (in force). Fails while there is any; one that was not sent waits for
-- what that sync met. What was surely not booked and is no longer to be sent, by start date or sync_target, is no failure.
WITH problem AS (
    SELECT company_code, run_id, arg_max(struct_pack(error_code, error_detail), found_at) AS last
    FROM ledger.sync_problem GROUP BY company_code, run_id
), setting AS (
    SELECT coalesce(company_code, '') AS company_code, setting_name, coalesce(setting_value, '') AS setting_value
    FROM ledger.setting
    WHERE version = (SELECT max(version) FROM ledger.reference_file WHERE file_name = 'settings.csv')
), company AS (
    -- A company's own setting goes before that of all, whose company_code is blank.
    SELECT taken.company_code,
           TRY_CAST(arg_max(setting_value, setting.company_code) FILTER (setting_name = 'sync_start_date') AS DATE) AS start_date,
           arg_max(setting_value, setting.company_code) FILTER (setting_name = 'sync_target') AS program
    FROM (SELECT DISTINCT company_code FROM ledger.sync_outbox) AS taken
    JOIN setting ON setting.company_code IN (taken.company_code, '')
    GROUP BY taken.company_code
)
SELECT outbox.company_code, invoice.document_number, invoice.document_date, outbox.program, outbox.state,
       CASE WHEN outbox.state = 'reserved' THEN problem.last.error_code ELSE coalesce(outbox.error_code, 'outcome_unknown') END AS error_code,
       CASE WHEN outbox.state = 'reserved' THEN problem.last.error_detail ELSE outbox.error_detail END AS error_detail, outbox.attempt_count
FROM ledger.sync_outbox AS outbox
JOIN ledger.sales_invoice AS invoice USING (invoice_id)
LEFT JOIN problem ON problem.company_code = outbox.company_code AND problem.run_id = outbox.run_id
LEFT JOIN company ON company.company_code = outbox.company_code
WHERE outbox.state <> 'booked'
  AND (outbox.state IN ('pending', 'unknown')
       OR coalesce(company.program, '') <> 'none' AND coalesce(invoice.document_date >= company.start_date, true))
ORDER BY outbox.company_code, invoice.document_date, invoice.document_number
