-- Grain: one row: the hash of what the sync of a record left, as it stands: what happened to invoices, how these stand, and which customers
-- were made, by its run for its company and by runs that ended without a record; and all numbers of our own that the company has, for one
-- that is missing would be given again. Invoices go by their documents: their numbers may be others after a rebuild. What reading back found
-- is not in it: the next sync finds it again. Inputs: ledger.audit_record, sync_event, sync_outbox, sync_customer, protocol_number,
-- sales_invoice; $record_number.
WITH this AS (
    SELECT run_id, subject FROM ledger.audit_record WHERE record_number = $record_number
), recorded AS (
    SELECT record.run_id, record.subject
    FROM ledger.audit_record AS record
    ANTI JOIN this ON this.run_id = record.run_id AND split_part(this.subject, ' ', 1) = split_part(record.subject, ' ', 1)
    WHERE starts_with(record.action, 'sync')
), happened AS (
    SELECT invoice.company_code, event.*, concat_ws(chr(31), invoice.document_number, invoice.document_date, invoice.is_credit_note) AS document
    FROM ledger.sync_event AS event
    JOIN ledger.sales_invoice AS invoice USING (invoice_id)
    ANTI JOIN recorded ON recorded.run_id = event.run_id AND starts_with(recorded.subject, invoice.company_code || ' ')
), line AS (
    SELECT concat_ws(chr(31), 'event', company_code, document, run_id, happened_at, program, state, coalesce(registration_number, ''),
               coalesce(error_code, '')) AS words
    FROM happened
    UNION ALL
    SELECT concat_ws(chr(31), 'outbox', own.company_code, own.document, outbox.run_id, outbox.program, coalesce(outbox.address, ''),
               outbox.state, outbox.attempt_count, coalesce(CAST(outbox.pending_at AS VARCHAR), ''),
               coalesce(CAST(outbox.booked_at AS VARCHAR), ''), coalesce(outbox.journal_code, ''), coalesce(outbox.customer_id, ''),
               coalesce(outbox.program_id, ''), coalesce(outbox.registration_number, ''), coalesce(outbox.error_code, ''))
    FROM (SELECT DISTINCT invoice_id, company_code, document FROM happened) AS own
    JOIN ledger.sync_outbox AS outbox USING (invoice_id)
    UNION ALL
    SELECT concat_ws(chr(31), 'customer', made.company_code, program, customer_code, customer_id, made.run_id)
    FROM ledger.sync_customer AS made
    ANTI JOIN recorded ON recorded.run_id = made.run_id AND starts_with(recorded.subject, made.company_code || ' ')
    UNION ALL
    SELECT concat_ws(chr(31), 'number', own.company_code, own.journal_code, own.protocol_year, own.protocol_number)
    FROM ledger.protocol_number AS own
    JOIN this ON starts_with(this.subject, own.company_code || ' ')
)
SELECT concat_ws(':', count(*), coalesce(sum(md5_number_lower(words)), 0), coalesce(sum(md5_number_upper(words)), 0)) AS content_hash
FROM line
