-- What is to be sent, and what came back.

-- name: invoice_to_sync
-- Grain: one booked sales invoice with its row of the outbox, if any, by document date and number. Without
-- $booked_since those that are due: not booked in a program yet, and not older than $start_date unless they may have
-- been sent; else those that $program booked since that moment. Inputs: ledger.sales_invoice, ledger.sync_outbox,
-- ledger.file_import; $keys (partition keys; null: all), $company_code, $only (references or document numbers; null:
-- all).
SELECT invoice.invoice_id, invoice.reference, invoice.is_credit_note, invoice.document_number, invoice.document_date,
       coalesce(invoice.due_date, invoice.document_date) AS due_date, invoice.currency_code, invoice.customer_code,
       invoice.customer_name, invoice.customer_country_code, invoice.customer_vat_number, invoice.customer_tax_code,
       invoice.customer_address, invoice.customer_postal_code, invoice.customer_city, invoice.net_amount,
       invoice.vat_amount,
       invoice.total_amount, outbox.state, outbox.program, outbox.address, outbox.pending_at, outbox.customer_id,
       outbox.registration_number,
       outbox.program_id
FROM ledger.sales_invoice AS invoice
JOIN ledger.file_import AS file USING (import_id)
LEFT JOIN ledger.sync_outbox AS outbox USING (invoice_id)
WHERE invoice.status = 'booked' AND invoice.company_code = $company_code
  AND ($keys IS NULL OR file.partition_key IN (SELECT unnest(CAST($keys AS VARCHAR[]))))
  AND ($only IS NULL OR invoice.reference IN (SELECT unnest(CAST($only AS VARCHAR[])))
       OR invoice.document_number IN (SELECT unnest(CAST($only AS VARCHAR[]))))
  AND CASE WHEN CAST($booked_since AS TIMESTAMP) IS NULL
           THEN coalesce(outbox.state, 'none') <> 'booked'
                AND (outbox.state IN ('pending', 'unknown') OR $start_date IS NULL
                     OR invoice.document_date >= CAST($start_date AS DATE))
           ELSE outbox.state = 'booked' AND outbox.program = $program
               AND outbox.booked_at >= CAST($booked_since AS TIMESTAMP) END
ORDER BY invoice.document_date, invoice.document_number, invoice.invoice_id

-- name: number_in_ledger
-- Grain: one invoice that gets a registration number of our own now; the numbers of a company, journal and year go on
-- without gaps, and one that has a number keeps it. Inputs: numbered (invoice_id, company_code, journal_code,
-- document_date, ordinal), ledger.protocol_number.
INSERT INTO ledger.protocol_number
SELECT numbered.company_code, numbered.journal_code, CAST(year(numbered.document_date) AS INTEGER),
       coalesce(last.protocol_number, 0)
       + row_number() OVER (PARTITION BY numbered.company_code, numbered.journal_code, year(numbered.document_date)
                            ORDER BY numbered.ordinal),
       numbered.invoice_id
FROM numbered
ANTI JOIN ledger.protocol_number AS known USING (invoice_id)
LEFT JOIN (
    SELECT company_code, journal_code, protocol_year, max(protocol_number) AS protocol_number
    FROM ledger.protocol_number
    GROUP BY company_code, journal_code, protocol_year
) AS last ON last.company_code = numbered.company_code AND last.journal_code = numbered.journal_code
         AND last.protocol_year = year(numbered.document_date)

-- name: number_of_invoice
-- Grain: one invoice that was numbered now, with its number as it is shown. Inputs: numbered, ledger.protocol_number.
SELECT numbered.invoice_id, numbered.company_code, numbered.journal_code,
       own.journal_code || ' ' || own.protocol_year || '/' || own.protocol_number AS registration_number
FROM numbered
JOIN ledger.protocol_number AS own USING (invoice_id)
ORDER BY numbered.ordinal

-- name: insert_sync_customer
-- Grain: one customer that was made in a program. Inputs: made; $company_code, $program, $run_id, $now.
INSERT INTO ledger.sync_customer
SELECT $company_code, $program, customer_code, customer_id, $run_id, $now
FROM made

-- name: insert_sync_problem
-- Grain: one error of a sync that is about no single invoice.
INSERT INTO ledger.sync_problem VALUES ($company_code, $program, $run_id, $now, $error_code, $error_detail)

-- name: update_drift
-- Grain: one booked invoice that was read back. Inputs: read_back; $now.
MERGE INTO ledger.sync_outbox AS outbox
USING read_back ON outbox.invoice_id = read_back.invoice_id
WHEN MATCHED THEN UPDATE
    SET checked_at = $now, drift_code = read_back.drift_code, drift_detail = read_back.drift_detail

-- name: update_outbox
-- Grain: one invoice whose state changes. Inputs: state_change; $now, $run_id. What is booked stays booked, unless
-- somebody has it looked up again (unknown): then reading back decides. pending_at is when its batch was noted, or,
-- once its answer is known to be lost, a moment after the call began.
MERGE INTO ledger.sync_outbox AS outbox
USING state_change AS changed ON outbox.invoice_id = changed.invoice_id
WHEN MATCHED AND outbox.state = 'booked' AND changed.state NOT IN ('booked', 'unknown')
    THEN ERROR 'a booked invoice would be sent again'
WHEN MATCHED THEN UPDATE
    SET program = changed.program, address = changed.address, state = changed.state, run_id = $run_id,
        attempt_count = outbox.attempt_count + CASE WHEN changed.state = 'pending' THEN 1 ELSE 0 END,
        reserved_at = CASE WHEN changed.state = 'reserved' THEN $now ELSE outbox.reserved_at END,
        pending_at = CASE WHEN changed.state = 'pending' OR changed.state = 'unknown' AND outbox.state <> 'booked'
                          THEN $now
                          WHEN changed.state = 'unknown' THEN coalesce(outbox.pending_at, $now)
                          WHEN changed.state = 'booked' THEN outbox.pending_at END,
        booked_at = CASE WHEN changed.state = 'booked' THEN coalesce(outbox.booked_at, $now) END,
        journal_code = coalesce(changed.journal_code, outbox.journal_code),
        customer_id = coalesce(changed.customer_id, outbox.customer_id),
        program_id = changed.program_id, registration_number = changed.registration_number,
        error_code = changed.error_code, error_detail = changed.error_detail, checked_at = NULL, drift_code = NULL,
        drift_detail = NULL
WHEN NOT MATCHED THEN INSERT (invoice_id, company_code, program, address, state, run_id, attempt_count, reserved_at,
                              pending_at,
            booked_at, journal_code, customer_id, program_id, registration_number, error_code, error_detail, checked_at,
            drift_code, drift_detail)
    VALUES (changed.invoice_id, changed.company_code, changed.program, changed.address, changed.state, $run_id,
            CASE WHEN changed.state = 'pending' THEN 1 ELSE 0 END, $now,
            CASE WHEN changed.state IN ('pending', 'unknown') THEN $now END,
            CASE WHEN changed.state = 'booked' THEN $now END,
            changed.journal_code, changed.customer_id, changed.program_id, changed.registration_number,
            changed.error_code, changed.error_detail,
            NULL, NULL, NULL)

-- name: insert_sync_event
-- Grain: one invoice whose state changes. Inputs: state_change; $now, $run_id.
INSERT INTO ledger.sync_event
SELECT invoice_id, $now, $run_id, program, state, registration_number, error_code, error_detail
FROM state_change AS changed

-- name: code_map
-- Grain: one code of ours with the program's, in force. Inputs: ledger.sync_code, ledger.reference_file; $company_code.
SELECT code_kind, our_code, program_code
FROM ledger.sync_code
WHERE version = (SELECT max(version) FROM ledger.reference_file WHERE file_name = 'sync_codes.csv')
  AND company_code = $company_code

-- name: line_to_sync
-- Grain: one line of the invoices asked for, in their order. Inputs: ledger.sales_line; $invoice_ids.
SELECT invoice_id, line_number, description, net_amount, account_code, vat_code, vat_rate
FROM ledger.sales_line
WHERE invoice_id IN (SELECT unnest($invoice_ids))
ORDER BY invoice_id, line_number
