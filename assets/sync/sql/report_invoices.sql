-- Grain: one sales invoice, with where it stands in its program. `problem_code` is what is wrong with it: what a
-- sync said last (of one that was not sent: what that sync met), else what reading back found, else that it was changed at its source
-- afterwards. `refusal_detail` is what the exchange system or the customer said of an invoice that stands rejected or refused, and where it
-- is booked all the same. `exchange_messages` are the kinds of all messages about it in their order. Inputs: ledger.sales_invoice,
-- ledger.sales_transmission, ledger.exchange_message, ledger.exchange_match, ledger.finding, ledger.file_import, ledger.sync_outbox,
-- ledger.sync_problem; ledger.counterparty (in force); $is_unsynced (booked and not in a program only).
WITH problem AS (
    SELECT company_code, run_id, arg_max(struct_pack(error_code, error_detail), found_at) AS last
    FROM ledger.sync_problem GROUP BY company_code, run_id
), transmission AS (
    SELECT invoice_id, arg_max(sdi_file_name, struct_pack(noted_at, file_key)) AS sdi_file_name
    FROM ledger.sales_transmission GROUP BY invoice_id
), message AS (
    SELECT match.subject_id AS invoice_id,
           string_agg(concat_ws(' ', message.message_kind, message.outcome_code), ', ' ORDER BY message.exchange_message_id) AS exchange_messages,
           arg_max(message.sdi_identifier, message.exchange_message_id) AS sdi_identifier
    FROM ledger.exchange_match AS match
    JOIN ledger.exchange_message AS message USING (exchange_message_id)
    WHERE match.subject_kind = 'sales'
    GROUP BY match.subject_id
), refusal AS (
    SELECT split_part(finding.movement_reference, '/', 1) AS reference,
           string_agg(finding.raw_value, '; ' ORDER BY finding.movement_reference, finding.finding_code) AS refusal_detail
    FROM ledger.finding AS finding
    JOIN ledger.file_import AS import ON import.import_id = finding.import_id AND import.attempt = finding.attempt
    WHERE finding.resolution IS NULL AND finding.finding_code IN ('sales_rejected_by_exchange', 'sales_refused_by_customer')
    GROUP BY 1
)
SELECT invoice.company_code, invoice.reference, invoice.document_number, invoice.document_date, invoice.is_credit_note,
       invoice.customer_name, invoice.currency_code, invoice.total_amount, invoice.status, outbox.program, outbox.state,
       outbox.registration_number, outbox.booked_at, transmission.sdi_file_name, message.sdi_identifier, message.exchange_messages,
       CASE WHEN refusal.refusal_detail IS NOT NULL THEN 'rejected_by_exchange' END AS refusal_code,
       refusal.refusal_detail
       || CASE WHEN outbox.state = 'booked' THEN '; booked in ' || outbox.program || ' as ' || coalesce(outbox.registration_number, 'an unknown number')
               ELSE '' END AS refusal_detail,
       CASE WHEN outbox.state IN ('rejected', 'unknown') THEN outbox.error_code WHEN outbox.state = 'pending' THEN 'outcome_unknown'
            WHEN outbox.state = 'reserved' THEN problem.last.error_code
            WHEN outbox.state = 'booked' THEN coalesce(outbox.drift_code, CASE WHEN invoice.changed_sha256 IS NOT NULL THEN 'changed_at_source' END)
       END AS problem_code,
       CASE WHEN outbox.state IN ('rejected', 'unknown') THEN outbox.error_detail
            WHEN outbox.state = 'reserved' THEN problem.last.error_detail
            WHEN outbox.state = 'booked' THEN coalesce(outbox.drift_detail, invoice.changed_detail) END AS problem_detail,
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
