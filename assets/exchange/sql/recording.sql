-- Notifications of the Exchange System.

-- name: message_totals
-- Grain: one kind of message, with how many there are, and how many of them these runs brought. Inputs:
-- ledger.exchange_message, ledger.file_import; $run_id.
SELECT message.message_kind, count(*) AS message_count,
       count(*) FILTER (import.run_id = $run_id AND import.attempt = 1) AS new_count
FROM ledger.exchange_message AS message
JOIN ledger.file_import AS import USING (import_id)
GROUP BY message.message_kind
ORDER BY message.message_kind

-- name: insert_message
-- Grain: one message that the ledger does not have yet, in the order of the files. Inputs: message_found,
-- ledger.file_import, ledger.exchange_message; $now. The same message in two files of one delivery is one; the first
-- brings it.
INSERT INTO ledger.exchange_message BY NAME
SELECT (SELECT coalesce(max(exchange_message_id), 0) FROM ledger.exchange_message)
       + row_number() OVER (ORDER BY import.import_id) AS exchange_message_id,
       found.content_sha256, import.import_id, found.message_kind, found.sdi_identifier, found.sdi_file_name,
       coalesce(sent_file_key(found.sdi_file_name),
                nullif(regexp_extract(sent_file_key(import.source_file), '^(.+)_[a-z]{2}_[0-9a-z]{1,3}$', 1), ''))
                    AS file_key,
       found.outcome_code, found.document_number, found.document_year, found.detail, found.happened_at,
       $now AS received_at
FROM message_found AS found
JOIN ledger.file_import AS import ON import.partition_key = found.part_key
WHERE NOT EXISTS (SELECT 1 FROM ledger.exchange_message AS known WHERE known.content_sha256 = found.content_sha256)
QUALIFY row_number() OVER (PARTITION BY found.content_sha256 ORDER BY import.import_id) = 1

-- name: message_key
-- Grain: one message and one file that it may be about: the one that it names, and those that other messages with its
-- identifier name, since an answer of a customer names the identifier only. Input: ledger.exchange_message.
CREATE OR REPLACE TEMP TABLE message_key AS
SELECT exchange_message_id, file_key FROM ledger.exchange_message WHERE file_key IS NOT NULL
UNION
SELECT message.exchange_message_id, other.file_key
FROM ledger.exchange_message AS message
JOIN ledger.exchange_message AS other ON other.sdi_identifier = message.sdi_identifier
WHERE other.file_key IS NOT NULL

-- name: insert_sales_match
-- Grain: one message and one sales invoice that was sent in its file, not noted yet. Inputs: message_key,
-- ledger.exchange_message, ledger.sales_transmission, ledger.sales_invoice, ledger.exchange_match; $now. Of a file with
-- several invoices a message may name one: by its number, without regard to blanks, signs and leading zeros, and its
-- year.
INSERT INTO ledger.exchange_match BY NAME
SELECT DISTINCT message.exchange_message_id, 'sales' AS subject_kind, invoice.invoice_id AS subject_id,
                $now AS matched_at
FROM message_key AS named
JOIN ledger.exchange_message AS message USING (exchange_message_id)
JOIN ledger.sales_transmission AS transmission ON transmission.file_key = named.file_key
JOIN ledger.sales_invoice AS invoice ON invoice.invoice_id = transmission.invoice_id
WHERE (message.document_number IS NULL
       OR ltrim(regexp_replace(upper(message.document_number), '[^A-Z0-9]', '', 'g'), '0')
          = ltrim(regexp_replace(upper(invoice.document_number), '[^A-Z0-9]', '', 'g'), '0'))
  AND coalesce(message.document_year, year(invoice.document_date)) = year(invoice.document_date)
  AND NOT EXISTS (SELECT 1 FROM ledger.exchange_match AS known
                  WHERE known.exchange_message_id = message.exchange_message_id AND known.subject_kind = 'sales'
                    AND known.subject_id = invoice.invoice_id)

-- name: insert_received_match
-- Grain: one message and one received file with documents that it accompanies, not noted yet: only data of a file (MT),
-- an answer that we gave ourselves (EC, SE) and the end of its time (DT) can be about one. Inputs: message_key,
-- ledger.exchange_message, ledger.file_import, ledger.exchange_match; $now.
INSERT INTO ledger.exchange_match BY NAME
WITH open_message AS (
    SELECT named.exchange_message_id, named.file_key
    FROM message_key AS named
    JOIN ledger.exchange_message AS message USING (exchange_message_id)
    WHERE message.message_kind IN ('MT', 'EC', 'SE', 'DT')
      AND NOT EXISTS (SELECT 1 FROM ledger.exchange_match AS known
                      WHERE known.exchange_message_id = message.exchange_message_id AND known.subject_kind = 'received')
)
SELECT DISTINCT message.exchange_message_id, 'received' AS subject_kind, import.import_id AS subject_id,
                $now AS matched_at
FROM open_message AS message
JOIN (SELECT import_id, sent_file_key(source_file) AS file_key
      FROM ledger.file_import
      WHERE source_kind = 'invoice' AND movement_count > 0) AS import USING (file_key)

-- name: message_finding
-- Grain: one thing that follows from messages: a sales invoice that was rejected (NS) or refused (EC02) in one
-- transmission, or a message that fits nothing. Inputs: ledger.exchange_message, ledger.exchange_match,
-- ledger.sales_invoice. is_ended: a later transmission of the invoice was accepted, or the message fits by now. Later
-- is by when the exchange system received the files, else by its identifiers, which ascend. The customer's answer may
-- come twice (EC and NE): one transmission, one finding. Code, sales_key and transmission_key are unique for ever,
-- so that nothing is found twice.
CREATE OR REPLACE TEMP TABLE message_finding AS
WITH of_sales AS (
    SELECT message.*, match.subject_id AS invoice_id, TRY_CAST(message.sdi_identifier AS BIGINT) AS transmission_number
    FROM ledger.exchange_message AS message
    JOIN ledger.exchange_match AS match ON match.exchange_message_id = message.exchange_message_id
      AND match.subject_kind = 'sales'
), accepted AS (
    SELECT * FROM of_sales
    WHERE message_kind IN ('RC', 'MC', 'AT', 'DT', 'MT') OR message_kind IN ('EC', 'NE') AND outcome_code = 'EC01'
), refused AS (
    SELECT *, CASE message_kind WHEN 'NS' THEN 'sales_rejected_by_exchange'
                   ELSE 'sales_refused_by_customer' END AS finding_code
    FROM of_sales
    WHERE message_kind = 'NS' OR message_kind IN ('EC', 'NE') AND outcome_code = 'EC02'
    QUALIFY row_number() OVER (PARTITION BY invoice_id, finding_code,
                               coalesce(sdi_identifier, 'M' || exchange_message_id)
                               ORDER BY exchange_message_id) = 1
), told AS (
    SELECT refused.*, invoice.company_code, invoice.reference, invoice.document_number AS invoice_number,
           CASE WHEN invoice.is_credit_note
                THEN said('credit_note_of_date', {'number': invoice_number, 'date': invoice.document_date})
                ELSE said('invoice_of_date', {'number': invoice_number, 'date': invoice.document_date}) END AS written,
           CASE WHEN refused.sdi_file_name IS NULL THEN written
                ELSE said('document_as_sent', {'document': written, 'file': refused.sdi_file_name}) END AS document
    FROM refused
    JOIN ledger.sales_invoice AS invoice USING (invoice_id)
)
SELECT refused.import_id, refused.finding_code, 'document' AS field,
       concat_ws(' ', refused.message_kind, refused.outcome_code, refused.sdi_identifier, refused.detail) AS raw_value,
       CASE refused.message_kind WHEN 'NS' THEN said('accepted_by_exchange', {'document': refused.document})
            ELSE said('accepted_by_customer', {'document': refused.document}) END AS expected,
       refused.company_code, refused.invoice_number AS document_number,
       refused.reference AS sales_key,
       coalesce(refused.sdi_identifier, 'M' || refused.exchange_message_id) AS transmission_key,
       EXISTS (SELECT 1 FROM accepted
               WHERE accepted.invoice_id = refused.invoice_id
                 AND accepted.sdi_identifier IS DISTINCT FROM refused.sdi_identifier
                 AND CASE WHEN accepted.happened_at <> refused.happened_at
                               THEN accepted.happened_at > refused.happened_at
                          ELSE coalesce(accepted.transmission_number > refused.transmission_number, false) END)
                              AS is_ended
FROM told AS refused
UNION ALL
SELECT message.import_id, 'exchange_message_unmatched', 'NomeFile',
       concat_ws(' ', message.message_kind, message.outcome_code,
                 coalesce(message.sdi_file_name, message.sdi_identifier),
                 message.document_number, message.detail),
       NULL, NULL, NULL, NULL, 'M' || message.exchange_message_id,
       EXISTS (SELECT 1 FROM ledger.exchange_match AS match
               WHERE match.exchange_message_id = message.exchange_message_id)
FROM ledger.exchange_message AS message

-- name: finding_to_note
-- Grain: one open finding that follows from messages and was never found before, whatever became of it. Inputs:
-- message_finding, finding_severity, ledger.finding, ledger.file_import; $now. It stands with the file of the message.
SELECT found.import_id, import.attempt,
       coalesce((SELECT max(earlier.ordinal) FROM ledger.finding AS earlier
                 WHERE earlier.import_id = found.import_id AND earlier.attempt = import.attempt), 0)
       + row_number() OVER (PARTITION BY found.import_id ORDER BY found.finding_code, found.document_number,
                            found.sales_key, found.transmission_key) AS ordinal,
       import.source_file, found.field, found.finding_code, severity.severity, left(found.raw_value, 200) AS raw_value,
       found.expected, found.company_code, found.document_number AS progressive,
       found.sales_key, found.transmission_key, $now AS found_at
FROM message_finding AS found
JOIN finding_severity AS severity USING (finding_code)
JOIN ledger.file_import AS import ON import.import_id = found.import_id
WHERE NOT found.is_ended
  AND NOT EXISTS (SELECT 1 FROM ledger.finding AS known
                  WHERE known.finding_code = found.finding_code
                    AND known.sales_key IS NOT DISTINCT FROM found.sales_key
                    AND known.transmission_key = found.transmission_key)

-- name: ended_finding
-- Grain: one open finding whose cause has ended: the invoice was accepted in a later transmission, or the message fits
-- now. Inputs: message_finding, ledger.finding; $now.
SELECT finding.rowid AS finding_row
FROM message_finding AS ended
JOIN ledger.finding AS finding ON finding.finding_code = ended.finding_code
  AND finding.sales_key IS NOT DISTINCT FROM ended.sales_key AND finding.transmission_key = ended.transmission_key
WHERE ended.is_ended AND finding.resolution IS NULL
