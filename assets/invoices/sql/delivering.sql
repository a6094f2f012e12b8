-- A delivery and its files get their records.

-- name: insert_delivery
-- Grain: the delivery that is gathered now. Inputs: ledger.delivery; $delivery_key, $delivery_kind, $now.
INSERT INTO ledger.delivery
SELECT coalesce(max(delivery_id), 0) + 1, $delivery_key, $delivery_kind, 'waiting', $now, NULL, NULL
FROM ledger.delivery

-- name: insert_dropped_file
-- Grain: one file of the delivery that was gathered just now. Inputs: gathered, ledger.delivery.
INSERT INTO ledger.dropped_file
SELECT file_key, (SELECT max(delivery_id) FROM ledger.delivery), source_file, content_sha256, byte_count
FROM gathered

-- name: reopen_delivery
-- Grain: one delivery of which something is to do again. Inputs: $delivery_key.
UPDATE ledger.delivery SET status = 'open' WHERE delivery_key = $delivery_key

-- name: run_of_delivery
-- Grain: one delivery with the run that processed it last. Input: ledger.delivery; $delivery_keys.
SELECT delivery_key, run_id FROM ledger.delivery WHERE delivery_key IN (SELECT unnest($delivery_keys))

-- name: delivered
-- Grain: one part of the delivery at hand, with its import; a part that the ledger meets for the first time gets the
-- next id, another one its next attempt. Inputs: part, ledger.file_import.
CREATE OR REPLACE TEMP TABLE delivered AS
SELECT part.*, known.import_id IS NULL AS is_new, coalesce(known.attempt, 0) + 1 AS attempt,
       coalesce(known.import_id, (SELECT coalesce(max(import_id), 0) FROM ledger.file_import)
                                 + row_number() OVER (PARTITION BY known.import_id IS NULL ORDER BY part.file_number))
                                     AS import_id
FROM part
LEFT JOIN ledger.file_import AS known ON known.partition_key = part.part_key

-- name: import_to_begin
-- Grain: one delivered file that the ledger meets for the first time. Inputs: delivered; $now, $run_id,
-- $reference_version.
SELECT import_id, 'invoice' AS source_kind, part_key AS partition_key, source_file, content_sha256, byte_count,
       reader_name
FROM delivered
WHERE is_new

-- name: insert_delivered_file
-- Grain: one part of a delivery that was not noted yet. Inputs: delivered, ledger.delivery, ledger.delivered_file;
-- $delivery_key.
INSERT INTO ledger.delivered_file
SELECT delivery.delivery_id, delivered.import_id, delivered.file_key, delivered.member_name
FROM delivered
CROSS JOIN (SELECT delivery_id FROM ledger.delivery WHERE delivery_key = $delivery_key) AS delivery
WHERE NOT EXISTS (SELECT 1 FROM ledger.delivered_file AS known
                  WHERE known.delivery_id = delivery.delivery_id AND known.import_id = delivered.import_id)

-- name: write_document
-- Grain: one document of this delivery with what it says; one that the ledger knows (to register once more) is brought
-- up to date, since it may be read by other rules than before. Inputs: doc, payment, identifier. The payee is who the
-- document names beside its supplier, with the accounts to which it asks to pay.
MERGE INTO ledger.document AS document
USING (
    WITH paid AS (
        SELECT file_number, position, string_agg(DISTINCT beneficiary, ', ' ORDER BY beneficiary) AS payee_name,
               string_agg(DISTINCT iban, ', ' ORDER BY iban) AS payee_ibans
        FROM payment GROUP BY file_number, position
    ), payee AS (
        SELECT file_number, position, string_agg(concat_ws(' ', scheme_code, identifier), ', ' ORDER BY ordinal)
            AS payee_identifiers
        FROM identifier WHERE party = 'payee' GROUP BY file_number, position
    )
    SELECT doc.*, concat_ws(', ', supplier_address,
                            concat_ws(' ', supplier_postal_code, supplier_city, supplier_province)) AS whole_address,
           paid.payee_name, payee.payee_identifiers, paid.payee_ibans
    FROM doc
    LEFT JOIN paid USING (file_number, position)
    LEFT JOIN payee USING (file_number, position)
) AS said
ON document.document_id = said.document_id
WHEN MATCHED THEN UPDATE
    SET content_sha256 = said.content_sha256, document_format = said.format, document_type = said.document_type,
        type_code = said.type_code,
        is_credit_note = said.is_credit_note, document_number = said.document_number,
        document_date = said.document_date,
        currency_code = said.currency_code, supplier_country_code = said.supplier_country_code,
        supplier_vat_number = said.supplier_vat_number, supplier_tax_code = said.supplier_tax_code,
        supplier_name = said.supplier_name,
        supplier_address = said.whole_address, customer_vat_number = said.customer_vat_number,
        customer_tax_code = said.customer_tax_code,
        customer_name = said.customer_name, total_amount = said.total_amount, payee_name = said.payee_name,
        payee_identifiers = said.payee_identifiers, payee_ibans = said.payee_ibans
WHEN NOT MATCHED THEN INSERT (document_id, import_id, position, status, content_sha256, document_format, document_type,
                              type_code,
        is_credit_note, document_number, document_date, received_at, currency_code, supplier_country_code,
        supplier_vat_number,
        supplier_tax_code, supplier_name, supplier_address, customer_vat_number, customer_tax_code, customer_name,
        total_amount,
        payee_name, payee_identifiers, payee_ibans)
    VALUES (said.document_id, said.import_id, said.position, 'to_register', said.content_sha256, said.format,
            said.document_type,
            said.type_code, said.is_credit_note, said.document_number, said.document_date, said.received_at,
            said.currency_code,
            said.supplier_country_code, said.supplier_vat_number, said.supplier_tax_code, said.supplier_name,
            said.whole_address,
            said.customer_vat_number, said.customer_tax_code, said.customer_name, said.total_amount, said.payee_name,
            said.payee_identifiers, said.payee_ibans)

-- name: insert_document_condition
-- Grain: one condition of a document for which the ledger has none yet. Inputs: doc, payment_condition,
-- ledger.document_condition. Invariant: the conditions of a document are written once, all together.
INSERT INTO ledger.document_condition BY NAME
SELECT doc.document_id, said.ordinal, said.discount_date, said.discount_days, said.discount_pct, said.discount_amount,
       said.discounted_amount, said.description
FROM payment_condition AS said
JOIN doc USING (file_number, position)
ANTI JOIN ledger.document_condition AS known ON known.document_id = doc.document_id

-- name: insert_document_other_date
-- Grain: one other date of a document for which the ledger has none yet. Inputs: doc, other_date,
-- ledger.document_other_date. Invariant: the dates of a document are written once, all together.
INSERT INTO ledger.document_other_date BY NAME
SELECT doc.document_id, said.ordinal, said.field, said.date AS other_date
FROM other_date AS said
JOIN doc USING (file_number, position)
ANTI JOIN ledger.document_other_date AS known ON known.document_id = doc.document_id

-- name: forget_doubtful_iban
-- Grain: one IBAN that an earlier attempt found in a document that is judged anew. Inputs: doc, ledger.doubtful_iban.
DELETE FROM ledger.doubtful_iban WHERE found_in_document_id IN (SELECT document_id FROM doc)

-- name: insert_doubtful_iban
-- Grain: one IBAN that deserves a look, of a document that is registered or to register, answered or not; or that
-- stands only in one that repeats it: then nobody may have seen it yet, and it is asked about the first. Inputs:
-- doc_iban, doc_state, doc, iban_remedy, ledger.doubtful_iban.
INSERT INTO ledger.doubtful_iban BY NAME
WITH found AS (
    SELECT CASE state.status WHEN 'repeated' THEN state.first_document_id ELSE doubt.document_id END AS document_id,
           doubt.document_id AS found_in_document_id, doubt.iban, doubt.iban_text, doubt.is_wrong, doubt.is_holding,
           CASE state.status
                WHEN 'repeated' THEN said('iban_of_repeating', {'expected': doubt.expected, 'file': doc.source_file})
                ELSE doubt.expected END AS expected
    FROM doc_iban AS doubt
    JOIN doc_state AS state USING (document_id)
    JOIN doc USING (document_id)
    WHERE state.status IN ('registered', 'to_register', 'repeated')
)
SELECT document_id, found_in_document_id, iban, iban_text, expected, iban_remedy(document_id, is_wrong) AS remedy,
       is_holding
FROM found
WHERE (document_id, iban) NOT IN (SELECT document_id, iban FROM ledger.doubtful_iban)
-- What stands in the document itself counts.
QUALIFY row_number() OVER (PARTITION BY document_id, iban ORDER BY found_in_document_id <> document_id,
                           found_in_document_id) = 1

-- name: import_to_update
-- Grain: one delivered file of this attempt, with its counts: a document is its line and its movement. Inputs:
-- delivered, ledger.document, ledger.posting, ledger.finding; $now, $run_id, $reference_version, $rules_version. A file
-- is posted when every document in it is closed and nothing of it is unreadable.
SELECT delivered.import_id, delivered.attempt, delivered.reader_name,
       coalesce(documents.document_count, 0) AS document_count,
       coalesce(documents.registered_count, 0) AS registered_count,
       coalesce(documents.repeated_count, 0) AS repeated_count, coalesce(postings.posting_count, 0) AS posting_count,
       coalesce(postings.linked_count, 0) AS linked_count, coalesce(postings.debit_total, 0) AS debit_total,
       coalesce(postings.credit_total, 0) AS credit_total, coalesce(findings.error_count, 0) AS error_count,
       coalesce(findings.warning_count, 0) AS warning_count,
       CASE WHEN coalesce(documents.open_count, 0) = 0 AND coalesce(findings.error_count, 0) = 0 THEN 'posted'
            WHEN coalesce(documents.document_count, 0) > coalesce(documents.open_count, 0) THEN 'incomplete'
            ELSE 'failed' END AS status
FROM delivered
LEFT JOIN (
    SELECT import_id, count(*) AS document_count, count(*) FILTER (status = 'registered') AS registered_count,
           count(*) FILTER (status = 'repeated') AS repeated_count,
           count(*) FILTER (status = 'to_register') AS open_count
    FROM ledger.document SEMI JOIN delivered USING (import_id) GROUP BY import_id
) AS documents USING (import_id)
LEFT JOIN (
    SELECT import_id, count(*) AS posting_count, count(*) FILTER (is_linked) AS linked_count,
           sum(debit_amount) AS debit_total,
           sum(credit_amount) AS credit_total
    FROM ledger.posting SEMI JOIN delivered USING (import_id) GROUP BY import_id
) AS postings USING (import_id)
LEFT JOIN (
    SELECT import_id, count(*) FILTER (severity = 'ERROR') AS error_count,
           count(*) FILTER (severity = 'WARN') AS warning_count
    FROM ledger.finding SEMI JOIN delivered USING (import_id) WHERE resolution IS NULL GROUP BY import_id
) AS findings USING (import_id)

-- name: attempted_import
-- Grain: one attempt to register the documents of a file. Input: delivered.
SELECT import_id FROM delivered

-- name: update_document
-- Grain: one document of this attempt, brought up to date with what became of it. Inputs: doc_state, doc_party,
-- doc_identity, doc_key, doc_total, doc_sum, doc_correction, doc_finding; $now, $who.
UPDATE ledger.document AS document
SET status = news.status, company_code = news.company_code, counterparty_code = news.counterparty_code,
    registration_key = news.identity_key, identity_number = news.identity_number,
    corrected_numbers = news.corrected_numbers, number_key = news.number_key, digit_key = news.digit_key,
    supplier_identifiers = news.supplier_identifiers,
    vat_amount = news.vat_amount, item_key_stem = coalesce(news.item_key_stem, document.item_key_stem),
    payable_amount = news.payable_amount, total_convention = news.total_convention,
    reason_codes = news.reason_codes, closed_at = CASE WHEN news.status <> 'to_register' THEN $now END,
    closed_by = CASE WHEN news.status <> 'to_register' THEN coalesce(news.decided_by, $who) END,
    closed_reason = news.closed_reason
FROM (
    SELECT state.document_id, state.status, party.company_code, party.counterparty_code, identity.identity_key,
           identity.identity_number,
           named.corrected_numbers, identity.number_key, identity.digit_key, identity.supplier_identifiers,
           identity.vat_amount, key.item_key_stem,
           total.payable * amount.economic_sign AS payable_amount, total.total_convention, codes.reason_codes,
           state.decided_by,
           CASE state.status WHEN 'repeated' THEN 'the same as document ' || state.first_document_id
                             WHEN 'registered' THEN state.registered_by END AS closed_reason
    FROM doc_state AS state
    JOIN doc_party AS party USING (document_id)
    JOIN doc_identity AS identity USING (document_id)
    LEFT JOIN doc_key AS key USING (document_id)
    LEFT JOIN (
        SELECT document_id, list_sort(list(DISTINCT corrected_number)) AS corrected_numbers FROM doc_correction
        GROUP BY document_id
    ) AS named USING (document_id)
    JOIN doc_total AS total USING (document_id)
    JOIN doc_sum AS amount USING (document_id)
    LEFT JOIN (
        SELECT document_id, string_agg(DISTINCT finding_code, ' ' ORDER BY finding_code) AS reason_codes
        FROM doc_finding GROUP BY document_id
    ) AS codes USING (document_id)
) AS news
WHERE news.document_id = document.document_id

-- name: update_delivery
-- Grain: the delivery that was just processed; $delivery_id, $status, $now, $run_id.
UPDATE ledger.delivery SET status = $status, processed_at = $now, run_id = $run_id WHERE delivery_id = $delivery_id

-- name: insert_left_out_file
-- Grain: one member of an archive that is no document and was not noted yet. Inputs: left_out, ledger.left_out_file;
-- $delivery_id.
INSERT INTO ledger.left_out_file BY NAME
SELECT $delivery_id AS delivery_id, left_out.source_file
FROM left_out
WHERE NOT EXISTS (SELECT 1 FROM ledger.left_out_file AS known
                  WHERE known.delivery_id = $delivery_id AND known.source_file = left_out.source_file)

-- name: drop_left_out_file
-- Grain: one member of an archive that was left out before and is read now. Inputs: left_out; $delivery_id.
DELETE FROM ledger.left_out_file
WHERE delivery_id = $delivery_id AND source_file NOT IN (SELECT source_file FROM left_out)

-- name: left_out_import
-- Grain: one import of a member that is left out by now and was refused before, if no other delivery brought it.
-- Inputs: left_out, ledger.delivered_file, ledger.file_import; $delivery_id.
CREATE OR REPLACE TEMP TABLE left_out_import AS
SELECT DISTINCT import.import_id
FROM left_out
JOIN ledger.delivered_file AS file
  ON file.delivery_id = $delivery_id AND file.file_key = left_out.file_key AND file.member_name = left_out.member_name
JOIN ledger.file_import AS import ON import.import_id = file.import_id AND import.status IN ('failed', 'incomplete')
WHERE NOT EXISTS (SELECT 1 FROM ledger.delivered_file AS other
                  WHERE other.import_id = file.import_id AND other.delivery_id <> file.delivery_id)

-- name: finding_of_left_out_file
-- Grain: one open finding about a file that is left out by now. Inputs: ledger.finding, left_out_import; $now.
SELECT finding.rowid AS finding_row
FROM left_out_import AS mended
JOIN ledger.finding AS finding ON finding.import_id = mended.import_id
WHERE finding.resolution IS NULL

-- name: left_out_import_to_restate
-- Grain: one import of which nothing is left to do, since its file is left out. Inputs: left_out_import; $now.
SELECT import_id, 'posted' AS status, 0 AS error_count, 0 AS warning_count, $now AS imported_at FROM left_out_import

-- name: leave_out_undelivered
-- Grain: one part of a delivery without a file, of which nothing is to be recognised. Input: none.
DELETE FROM delivered WHERE file_number IS NULL

-- name: insert_delivery_again
-- Grain: the delivery that was gathered once, as the log of changes has it.
INSERT INTO ledger.delivery VALUES ($delivery_id, $delivery_key, $delivery_kind, 'waiting', $received_at, NULL, NULL)

-- name: insert_dropped_file_again
-- Grain: one file of a delivery that was gathered once.
INSERT INTO ledger.dropped_file VALUES ($file_key, $delivery_id, $source_file, $content_sha256, $byte_count)
