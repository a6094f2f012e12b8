-- What people ask about the sync.

-- name: check_drift
-- Grain: one invoice of which its program holds something else than it was sent, or nothing any more. Inputs:
-- ledger.sync_outbox, ledger.sales_invoice.
SELECT outbox.company_code, invoice.document_number, outbox.registration_number, outbox.program, outbox.drift_code,
       outbox.drift_detail, outbox.checked_at
FROM ledger.sync_outbox AS outbox
JOIN ledger.sales_invoice AS invoice USING (invoice_id)
WHERE outbox.state = 'booked' AND outbox.drift_code IS NOT NULL
ORDER BY outbox.company_code, invoice.document_date, invoice.document_number

-- name: report_invoices
-- Grain: one sales invoice, with where it stands in its program. `problem_code` is what is wrong with it: what a sync
-- said last (of one that was not sent: what that sync met), else what reading back found, else that it was changed at
-- its source afterwards. `refusal_detail` is what the exchange system or the customer said of an invoice that stands
-- rejected or refused, and where it is booked all the same. `exchange_messages` are the kinds of all messages about it
-- in their order. Inputs: ledger.reference_file, ledger.sales_invoice, ledger.sales_transmission,
-- ledger.exchange_message, ledger.exchange_match, ledger.finding, ledger.file_import, ledger.sync_outbox,
-- ledger.sync_problem; ledger.counterparty (in force); $is_unsynced (booked and not in a program only).
WITH problem AS (
    SELECT company_code, run_id, arg_max(struct_pack(error_code, error_detail), found_at) AS last
    FROM ledger.sync_problem GROUP BY company_code, run_id
), transmission AS (
    SELECT invoice_id, arg_max(sdi_file_name, struct_pack(noted_at, file_key)) AS sdi_file_name
    FROM ledger.sales_transmission GROUP BY invoice_id
), message AS (
    SELECT match.subject_id AS invoice_id,
           string_agg(concat_ws(' ', message.message_kind, message.outcome_code), ', '
                      ORDER BY message.exchange_message_id) AS exchange_messages,
           arg_max(message.sdi_identifier, message.exchange_message_id) AS sdi_identifier
    FROM ledger.exchange_match AS match
    JOIN ledger.exchange_message AS message USING (exchange_message_id)
    WHERE match.subject_kind = 'sales'
    GROUP BY match.subject_id
), refusal AS (
    SELECT finding.sales_key AS reference,
           string_agg(finding.raw_value, '; ' ORDER BY finding.transmission_key, finding.finding_code)
               AS refusal_detail
    FROM ledger.finding AS finding
    JOIN ledger.file_import AS import ON import.import_id = finding.import_id AND import.attempt = finding.attempt
    WHERE finding.resolution IS NULL
      AND finding.finding_code IN ('sales_rejected_by_exchange', 'sales_refused_by_customer')
    GROUP BY 1
)
SELECT invoice.company_code, invoice.reference, invoice.document_number, invoice.document_date, invoice.is_credit_note,
       invoice.customer_name, invoice.currency_code, invoice.total_amount, invoice.status, outbox.program, outbox.state,
       outbox.registration_number, outbox.booked_at, transmission.sdi_file_name, message.sdi_identifier,
       message.exchange_messages,
       CASE WHEN refusal.refusal_detail IS NOT NULL THEN 'rejected_by_exchange' END AS refusal_code,
       refusal.refusal_detail
       || CASE WHEN outbox.state = 'booked' THEN '; booked in ' || outbox.program || ' as '
                    || coalesce(outbox.registration_number, 'an unknown number')
               ELSE '' END AS refusal_detail,
       CASE WHEN outbox.state IN ('rejected', 'unknown') THEN outbox.error_code
            WHEN outbox.state = 'pending' THEN 'outcome_unknown'
            WHEN outbox.state = 'reserved' THEN problem.last.error_code
            WHEN outbox.state = 'booked'
            THEN coalesce(outbox.drift_code, CASE WHEN invoice.changed_sha256 IS NOT NULL THEN 'changed_at_source' END)
       END AS problem_code,
       CASE WHEN outbox.state IN ('rejected', 'unknown') THEN outbox.error_detail
            WHEN outbox.state = 'reserved' THEN problem.last.error_detail
            WHEN outbox.state = 'booked' THEN coalesce(outbox.drift_detail,
                                                       invoice.changed_detail) END AS problem_detail,
       invoice.invoice_id, invoice.customer_code, party.counterparty_name
FROM ledger.sales_invoice AS invoice
LEFT JOIN ledger.sync_outbox AS outbox USING (invoice_id)
LEFT JOIN transmission ON transmission.invoice_id = invoice.invoice_id
LEFT JOIN message ON message.invoice_id = invoice.invoice_id
LEFT JOIN refusal ON refusal.reference = invoice.reference
LEFT JOIN problem ON problem.company_code = outbox.company_code AND problem.run_id = outbox.run_id
LEFT JOIN ledger.counterparty AS party
       ON party.counterparty_code = invoice.customer_code
      AND party.version = (SELECT max(version) FROM ledger.reference_file WHERE file_name = 'counterparties.csv')
WHERE NOT $is_unsynced OR (invoice.status = 'booked' AND coalesce(outbox.state, 'none') <> 'booked')

-- name: report_invoice_entry
-- Grain: the sales invoice of a reference, with the entry that booked it (null: a draft). Input: ledger.sales_invoice.
-- Parameter: reference.
SELECT company_code, entry_id FROM ledger.sales_invoice WHERE reference = $reference

-- name: report_sync_counts
-- Grain: one company and program of the runs asked for: what they booked, refused and left in doubt. Inputs:
-- ledger.sync_event, ledger.sales_invoice, ledger.sync_customer, ledger.sync_problem; $run_ids. An invoice counts by
-- the last thing that happened to it.
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

-- name: report_sync_errors
-- Grain: one error of the runs asked for: of an invoice that ended rejected or in doubt, or of the sync as a whole.
-- Inputs: ledger.sync_event, ledger.sales_invoice, ledger.sync_problem; $run_ids.
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

-- name: file_to_sync
-- Grain: one file of sales invoices and company: how many are booked at the source, in a program, and due. Inputs:
-- ledger.sales_invoice, ledger.sync_outbox, ledger.file_import; $keys (null: all), $company_codes (those that have a
-- program) and $start_dates (one for each, null where every document is due).
WITH asked AS (
    SELECT unnest(CAST($company_codes AS VARCHAR[])) AS company_code, unnest(CAST($start_dates AS DATE[])) AS start_date
)
SELECT file.partition_key, invoice.company_code, count(*) AS invoice_count,
       count(*) FILTER (WHERE outbox.state = 'booked') AS synced_count,
       count(*) FILTER (WHERE asked.company_code IS NOT NULL AND coalesce(outbox.state, 'none') <> 'booked'
                        AND (outbox.state IN ('pending', 'unknown') OR asked.start_date IS NULL
                             OR invoice.document_date >= asked.start_date)) AS due_count
FROM ledger.sales_invoice AS invoice
JOIN ledger.file_import AS file USING (import_id)
LEFT JOIN asked USING (company_code)
LEFT JOIN ledger.sync_outbox AS outbox USING (invoice_id)
WHERE invoice.status = 'booked' AND ($keys IS NULL OR file.partition_key IN (SELECT unnest(CAST($keys AS VARCHAR[]))))
GROUP BY file.partition_key, invoice.company_code, file.import_id
ORDER BY file.import_id, invoice.company_code

-- name: company_in_force
-- Grain: one company of the reference data in force. Inputs: ledger.company, ledger.reference_file.
SELECT company_code
FROM ledger.company
WHERE version = (SELECT max(version) FROM ledger.reference_file WHERE file_name = 'companies.csv')
ORDER BY company_code
