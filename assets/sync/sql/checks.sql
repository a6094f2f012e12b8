-- Checks over the sync.

-- name: check_not_synced
-- Grain: one booked invoice that a sync took up and that is not in its program. Inputs: ledger.reference_file,
-- ledger.sync_outbox, ledger.sales_invoice, ledger.sync_problem, ledger.setting (in force). Fails while there is any;
-- one that was not sent waits for what that sync met. What was surely not booked and is no longer to be sent, by start
-- date or sync_target, is no failure.
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
           TRY_CAST(arg_max(setting_value, setting.company_code) FILTER (setting_name = 'sync_start_date') AS DATE)
               AS start_date,
           arg_max(setting_value, setting.company_code) FILTER (setting_name = 'sync_target') AS program
    FROM (SELECT DISTINCT company_code FROM ledger.sync_outbox) AS taken
    JOIN setting ON setting.company_code IN (taken.company_code, '')
    GROUP BY taken.company_code
)
SELECT outbox.company_code, invoice.document_number, invoice.document_date, outbox.program, outbox.state,
       CASE WHEN outbox.state = 'reserved' THEN problem.last.error_code
            ELSE coalesce(outbox.error_code, 'outcome_unknown') END AS error_code,
       CASE WHEN outbox.state = 'reserved' THEN problem.last.error_detail ELSE outbox.error_detail END AS error_detail,
       outbox.attempt_count
FROM ledger.sync_outbox AS outbox
JOIN ledger.sales_invoice AS invoice USING (invoice_id)
LEFT JOIN problem ON problem.company_code = outbox.company_code AND problem.run_id = outbox.run_id
LEFT JOIN company ON company.company_code = outbox.company_code
WHERE outbox.state <> 'booked'
  AND (outbox.state IN ('pending', 'unknown')
       OR coalesce(company.program, '') <> 'none' AND coalesce(invoice.document_date >= company.start_date, true))
ORDER BY outbox.company_code, invoice.document_date, invoice.document_number

-- name: check_numbers
-- Grain: one registration number that a program gave to several invoices of one journal and year. Inputs:
-- ledger.sync_outbox, ledger.sales_invoice.
SELECT outbox.company_code, outbox.program, outbox.journal_code,
       CAST(year(invoice.document_date) AS INTEGER) AS document_year,
       outbox.registration_number, string_agg(invoice.document_number, ', ' ORDER BY invoice.document_number)
           AS document_numbers
FROM ledger.sync_outbox AS outbox
JOIN ledger.sales_invoice AS invoice USING (invoice_id)
WHERE outbox.state = 'booked' AND outbox.registration_number IS NOT NULL
GROUP BY outbox.company_code, outbox.program, outbox.journal_code, year(invoice.document_date),
         outbox.registration_number
HAVING count(*) > 1
ORDER BY outbox.company_code, outbox.registration_number

-- name: check_protocol
-- Grain: one journal and year of a company whose own registration numbers have a gap. Inputs: ledger.protocol_number.
SELECT company_code, journal_code, protocol_year, count(*) AS number_count, max(protocol_number) AS last_number
FROM ledger.protocol_number
GROUP BY company_code, journal_code, protocol_year
HAVING max(protocol_number) <> count(*) OR min(protocol_number) <> 1
ORDER BY company_code, journal_code, protocol_year

-- name: check_rejected
-- Grain: one synced invoice that stands rejected by the exchange system or refused by its customer. Inputs:
-- ledger.sync_outbox, ledger.sales_invoice, ledger.finding, ledger.file_import.
SELECT outbox.company_code, invoice.document_number, outbox.registration_number, outbox.program, finding.finding_code,
       finding.raw_value
FROM ledger.finding AS finding
JOIN ledger.file_import AS import ON import.import_id = finding.import_id AND import.attempt = finding.attempt
JOIN ledger.sales_invoice AS invoice ON invoice.reference = finding.sales_key
JOIN ledger.sync_outbox AS outbox ON outbox.invoice_id = invoice.invoice_id AND outbox.state = 'booked'
WHERE finding.resolution IS NULL AND finding.finding_code IN ('sales_rejected_by_exchange', 'sales_refused_by_customer')
ORDER BY outbox.company_code, invoice.document_date, invoice.document_number, finding.finding_code,
         finding.transmission_key

-- name: check_changed_at_source
-- Grain: one synced invoice that was changed at its source afterwards. Inputs: ledger.sync_outbox,
-- ledger.sales_invoice.
SELECT outbox.company_code, invoice.document_number, outbox.registration_number, outbox.program, invoice.changed_detail,
       invoice.changed_at
FROM ledger.sync_outbox AS outbox
JOIN ledger.sales_invoice AS invoice USING (invoice_id)
WHERE outbox.state = 'booked' AND invoice.changed_sha256 IS NOT NULL
ORDER BY outbox.company_code, invoice.document_date, invoice.document_number
