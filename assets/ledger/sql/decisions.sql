-- What people decided, from the audit log.

-- name: audit_records_after
-- Grain: one record of the audit log after a number. Input: ledger.audit_record; $record_number. Order: record_number.
SELECT * FROM ledger.audit_record WHERE record_number > $record_number ORDER BY record_number

-- name: posted_since
-- Grain: one row: the highest numbers in use, and a hash over the entries, postings, open items, settlements and
-- documents whose numbers are higher than those that are given, as they stand: how many they are, and the two sums of
-- the halves of the hash of each, so that neither order nor memory matter. Numbers count from those that are given, so
-- that a difference shows once, and not in all that follows it. sync_record is the newest record of the audit log if it
-- is that of a sync, of which `posted_sync` has the rest. Inputs: ledger.journal_entry,
-- ledger.posting, ledger.open_item, ledger.settlement, ledger.document, ledger.correction, ledger.file_import,
-- ledger.sales_invoice, ledger.audit_record; $entry, $item, $settlement, $document.
WITH line AS (
    SELECT concat_ws(chr(31), 'entry', entry_id - $entry, entry_kind, company_code, posting_date,
                     accounting_reason_code,
               coalesce(progressive, ''), coalesce(movement_key, ''), coalesce(source_line, -1)) AS words
    FROM ledger.journal_entry WHERE entry_id > $entry
    UNION ALL
    SELECT concat_ws(chr(31), 'posting', entry_id - $entry, line_number, company_code, account_code, posting_date,
                     accounting_reason_code,
               company_currency_code, debit_amount, credit_amount, currency_code, currency_amount,
               coalesce(description, ''),
               coalesce(open_item_key, ''), coalesce(settlement_flag, ''), is_linked, linked_amount,
               coalesce(unlinked_reason, ''))
    FROM ledger.posting WHERE entry_id > $entry
    UNION ALL
    SELECT concat_ws(chr(31), 'item', item_id - $item, company_code, account_code, open_item_key, side,
                     coalesce(document_number, ''),
               coalesce(CAST(document_date AS VARCHAR), ''), coalesce(CAST(due_date AS VARCHAR), ''), currency_code,
               original_amount,
               original_amount_company_currency, settled_amount, settled_amount_company_currency, status,
               coalesce(description, ''), origin)
    FROM ledger.open_item WHERE item_id > $item
    UNION ALL
    SELECT concat_ws(chr(31), 'settlement', settlement_id - $settlement, item.company_code, item.open_item_key,
                     settlement.line_number,
               settlement_date, coalesce(settlement_flag, ''), amount, amount_company_currency, matching_rule,
               undone_at IS NULL)
    FROM ledger.settlement AS settlement JOIN ledger.open_item AS item USING (item_id) WHERE settlement_id > $settlement
    UNION ALL
    SELECT concat_ws(chr(31), 'document', document_id - $document, position, status, coalesce(company_code, ''),
                     coalesce(counterparty_code, ''),
               content_sha256, coalesce(document_type, ''), coalesce(document_number, ''),
               coalesce(CAST(document_date AS VARCHAR), ''),
               coalesce(currency_code, ''), coalesce(CAST(total_amount AS VARCHAR), ''),
               coalesce(CAST(payable_amount AS VARCHAR), ''))
    FROM ledger.document WHERE document_id > $document
)
SELECT (SELECT coalesce(max(entry_id), 0) FROM ledger.journal_entry) AS entry,
       (SELECT coalesce(max(item_id), 0) FROM ledger.open_item) AS item,
       (SELECT coalesce(max(settlement_id), 0) FROM ledger.settlement) AS settlement,
       (SELECT coalesce(max(document_id), 0) FROM ledger.document) AS document,
       (SELECT coalesce(max(correction_id), 0) FROM ledger.correction) AS correction,
       (SELECT coalesce(max(import_id), 0) FROM ledger.file_import) AS import,
       (SELECT coalesce(max(invoice_id), 0) FROM ledger.sales_invoice) AS invoice,
       (SELECT record_number FROM ledger.audit_record
        WHERE record_number = (SELECT max(record_number) FROM ledger.audit_record)
          AND starts_with(action, 'sync')) AS sync_record,
       (SELECT concat_ws(':', count(*), coalesce(sum(md5_number_lower(words)), 0),
                         coalesce(sum(md5_number_upper(words)), 0))
        FROM line) AS content_hash

-- name: posted_sync
-- Grain: one row: the hash of what the sync of a record left, as it stands: what happened to invoices, how these stand,
-- and which customers were made, by its run for its company and by runs that ended without a record; and all numbers of
-- our own that the company has, for one that is missing would be given again. Invoices go by their documents: their
-- numbers may be others after a rebuild. What reading back found is not in it: the next sync finds it again. Inputs:
-- ledger.protocol_number, ledger.sales_invoice, ledger.sync_customer, ledger.sync_event, ledger.sync_outbox,
-- ledger.audit_record, sync_event, sync_outbox, sync_customer, protocol_number, sales_invoice; $record_number.
WITH this AS (
    SELECT run_id, subject FROM ledger.audit_record WHERE record_number = $record_number
), recorded AS (
    SELECT record.run_id, record.subject
    FROM ledger.audit_record AS record
    ANTI JOIN this ON this.run_id = record.run_id
      AND split_part(this.subject, ' ', 1) = split_part(record.subject, ' ', 1)
    WHERE starts_with(record.action, 'sync')
), happened AS (
    SELECT invoice.company_code, event.*,
           concat_ws(chr(31), invoice.document_number, invoice.document_date, invoice.is_credit_note) AS document
    FROM ledger.sync_event AS event
    JOIN ledger.sales_invoice AS invoice USING (invoice_id)
    ANTI JOIN recorded ON recorded.run_id = event.run_id AND starts_with(recorded.subject, invoice.company_code || ' ')
), line AS (
    SELECT concat_ws(chr(31), 'event', company_code, document, run_id, happened_at, program, state,
                     coalesce(registration_number, ''),
               coalesce(error_code, '')) AS words
    FROM happened
    UNION ALL
    SELECT concat_ws(chr(31), 'outbox', own.company_code, own.document, outbox.run_id, outbox.program,
                     coalesce(outbox.address, ''),
               outbox.state, outbox.attempt_count, coalesce(CAST(outbox.pending_at AS VARCHAR), ''),
               coalesce(CAST(outbox.booked_at AS VARCHAR), ''), coalesce(outbox.journal_code, ''),
               coalesce(outbox.customer_id, ''),
               coalesce(outbox.program_id, ''), coalesce(outbox.registration_number, ''),
               coalesce(outbox.error_code, ''))
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
SELECT concat_ws(':', count(*), coalesce(sum(md5_number_lower(words)), 0), coalesce(sum(md5_number_upper(words)), 0))
    AS content_hash
FROM line

-- name: decided_correction
-- Grain: one correction by its number: what was asked for. Input: ledger.correction; $correction_id.
SELECT correction_id, correction_kind, arguments FROM ledger.correction WHERE correction_id = $correction_id

-- name: decided_import
-- Grain: one import by its number: the file that came. Input: ledger.file_import; $import_id.
SELECT import_id, source_kind, source_file, content_sha256, byte_count, rules_version
FROM ledger.file_import
WHERE import_id = $import_id

-- name: decided_delivery
-- Grain: one delivery by its key, with the files that were gathered into it and the newest rules by which one of them
-- was read. is_purged says that a purge removed it: it was done by then, and received before the day of the purge.
-- Inputs: ledger.reference_file, ledger.delivery, ledger.dropped_file, ledger.delivered_file, ledger.file_import,
-- ledger.purge, ledger.setting (in force); $delivery_key, $default_zone.
WITH zone AS (
    SELECT coalesce(max(setting_value), $default_zone) AS time_zone
    FROM ledger.setting
    WHERE setting_name = 'time_zone'
      AND version = (SELECT max(version) FROM ledger.reference_file WHERE file_name = 'settings.csv')
)
SELECT delivery_id, delivery_key, delivery_kind, received_at,
       (SELECT max(import.rules_version)
        FROM ledger.delivered_file AS part JOIN ledger.file_import AS import USING (import_id)
        WHERE part.delivery_id = delivery.delivery_id) AS rules_version,
       (SELECT list({'file_key': file_key, 'source_file': source_file, 'content_sha256': content_sha256,
                    'byte_count': byte_count}
                    ORDER BY file_key)
        FROM ledger.dropped_file AS file WHERE file.delivery_id = delivery.delivery_id) AS files,
       delivery.status = 'done'
       AND EXISTS (SELECT 1 FROM ledger.purge AS purge
                   WHERE purge.received_before_date > day_in(zone.time_zone, delivery.received_at)
                     AND purge.purged_at >= delivery.processed_at) AS is_purged
FROM ledger.delivery AS delivery
CROSS JOIN zone
WHERE delivery_key = $delivery_key

-- name: decided_switch
-- Grain: one company whose automatic registration was switched at a moment. Input: ledger.automatic_registration;
-- $switched_at. Order: company_code.
SELECT company_code, is_on FROM ledger.automatic_registration WHERE switched_at = $switched_at ORDER BY company_code

-- name: decided_sync
-- Grain: one row: what a sync left in the ledger, as lists: what happened to invoices, how these stand and which
-- numbers of our own they have, customers that were made, and problems. It is what the run of the record did for its
-- company, with all that runs left that ended without a record. By time it cannot be told: a clock may go back. What
-- reading back found (checked_at, drift_code, drift_detail) is left out: it comes and goes without a record, and the
-- next sync finds it again. Inputs: ledger.protocol_number, ledger.sync_customer, ledger.sync_event,
-- ledger.sync_outbox, ledger.sync_problem, ledger.audit_record, sync_event, sync_outbox, protocol_number,
-- sync_customer, sync_problem; $record_number.
WITH this AS (
    SELECT run_id, subject FROM ledger.audit_record WHERE record_number = $record_number
), recorded AS (
    SELECT run_id, subject FROM ledger.audit_record WHERE starts_with(action, 'sync')
), company_run AS (
    SELECT company_code, event.run_id FROM ledger.sync_event AS event JOIN ledger.sync_outbox USING (invoice_id)
    UNION SELECT company_code, run_id FROM ledger.sync_customer
    UNION SELECT company_code, run_id FROM ledger.sync_problem
), done AS (
    SELECT company_run.company_code, company_run.run_id
    FROM company_run
    CROSS JOIN this
    WHERE (company_run.run_id = this.run_id AND starts_with(this.subject, company_run.company_code || ' '))
       OR NOT EXISTS (SELECT 1 FROM recorded
                      WHERE recorded.run_id = company_run.run_id
                        AND starts_with(recorded.subject, company_run.company_code || ' '))
), happened AS (
    SELECT event.*
    FROM ledger.sync_event AS event
    JOIN ledger.sync_outbox AS outbox USING (invoice_id)
    JOIN done ON done.run_id = event.run_id AND done.company_code = outbox.company_code
), touched AS (
    SELECT DISTINCT invoice_id FROM happened
), stands AS (
    SELECT outbox.* EXCLUDE (checked_at, drift_code, drift_detail) FROM ledger.sync_outbox AS outbox
    SEMI JOIN touched USING (invoice_id)
)
SELECT (SELECT list(happened ORDER BY happened_at, invoice_id) FROM happened) AS sync_event,
       (SELECT list(outbox ORDER BY invoice_id) FROM stands AS outbox) AS sync_outbox,
       (SELECT list(own ORDER BY invoice_id) FROM ledger.protocol_number AS own SEMI JOIN touched USING (invoice_id))
           AS protocol_number,
       (SELECT list(made ORDER BY created_at, customer_code) FROM ledger.sync_customer AS made
        SEMI JOIN done USING (company_code, run_id))
           AS sync_customer,
       (SELECT list(problem ORDER BY found_at, error_code) FROM ledger.sync_problem AS problem
        SEMI JOIN done USING (company_code, run_id))
           AS sync_problem

-- name: known_purge
-- Grain: one purge by its moment. Inputs: ledger.purge; $purged_at.
SELECT purged_at FROM ledger.purge WHERE purged_at = $purged_at

-- name: purgeable_file
-- Grain: one dropped file of a delivery that is done and was received before a moment (UTC), with its documents.
-- Inputs: ledger.delivered_file, ledger.delivery, ledger.document, ledger.dropped_file; $kept_from. Files that were
-- purged before come again, so that a purge that was cut off can be finished.
SELECT file.file_key, count(document.document_id) AS document_count
FROM ledger.dropped_file AS file
JOIN ledger.delivery AS delivery USING (delivery_id)
LEFT JOIN ledger.delivered_file AS part ON part.delivery_id = file.delivery_id AND part.file_key = file.file_key
LEFT JOIN ledger.document AS document USING (import_id)
WHERE delivery.status = 'done' AND delivery.received_at < $kept_from
GROUP BY file.file_key
ORDER BY file.file_key

-- name: unpurgeable_delivery
-- Grain: one delivery received before a moment (UTC) of which something is left to do. Inputs: ledger.delivery;
-- $kept_from.
SELECT delivery_key FROM ledger.delivery WHERE status <> 'done' AND received_at < $kept_from ORDER BY delivery_id
