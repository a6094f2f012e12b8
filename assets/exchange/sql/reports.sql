-- What people ask about notifications.

-- name: report_messages
-- Grain: one message that a file brought, or that is about the documents of a received file, in the order of arrival;
-- is_about names what it fits, blank for nothing. Inputs: ledger.file_import, ledger.exchange_message,
-- ledger.exchange_match, ledger.sales_invoice, ledger.document; $import_id.
WITH about AS (
    SELECT match.exchange_message_id, match.subject_id AS received_import_id,
           CASE WHEN invoice.invoice_id IS NOT NULL
                THEN CASE WHEN invoice.is_credit_note THEN 'credit note '
                          ELSE 'invoice ' END || invoice.document_number || ' of ' || invoice.company_code
                ELSE 'D' || document.document_id END AS subject, match.subject_kind
    FROM ledger.exchange_match AS match
    LEFT JOIN ledger.sales_invoice AS invoice ON match.subject_kind = 'sales' AND invoice.invoice_id = match.subject_id
    LEFT JOIN ledger.document AS document ON match.subject_kind = 'received' AND document.import_id = match.subject_id
)
SELECT message.message_kind, message.outcome_code, message.sdi_identifier, message.sdi_file_name, message.detail,
       message.happened_at,
       import.source_file,
       (SELECT string_agg(about.subject, ', ' ORDER BY about.subject) FROM about
        WHERE about.exchange_message_id = message.exchange_message_id) AS is_about,
       'I' || import.import_id AS import_number
FROM ledger.exchange_message AS message
JOIN ledger.file_import AS import USING (import_id)
WHERE message.import_id = $import_id
   OR message.exchange_message_id IN (SELECT about.exchange_message_id FROM about
                                      WHERE about.subject_kind = 'received' AND about.received_import_id = $import_id)
ORDER BY message.exchange_message_id

-- name: refused_count
-- Grain: one row: how many sales invoices stand rejected by the exchange system or refused by their customers. Inputs:
-- ledger.finding, ledger.file_import.
SELECT count(DISTINCT finding.sales_key) AS invoice_count
FROM ledger.finding AS finding
JOIN ledger.file_import AS import ON import.import_id = finding.import_id AND import.attempt = finding.attempt
WHERE finding.resolution IS NULL AND finding.finding_code IN ('sales_rejected_by_exchange', 'sales_refused_by_customer')
