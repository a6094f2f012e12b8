-- What people ask about e-invoices.

-- name: report_documents
-- Grain: one document of an e-invoice. Inputs: ledger.reference_file, ledger.document, ledger.file_import,
-- ledger.delivered_file, ledger.delivery, ledger.registration, ledger.finding, ledger.counterparty (in force).
-- Parameters (null = all): status, delivery (a key), document_ids. expected and remedy are those of the first open
-- finding, errors before warnings. A file that was delivered twice counts to its first delivery.
WITH chosen AS (
    SELECT * FROM ledger.document AS document
    WHERE ($status IS NULL OR status = $status)
      AND ($document_ids IS NULL OR list_contains(CAST($document_ids AS BIGINT[]), document_id))
      AND ($delivery IS NULL
           OR import_id IN (SELECT import_id FROM ledger.delivered_file JOIN ledger.delivery USING (delivery_id)
                            WHERE delivery_key = $delivery))
), advice AS (
    SELECT finding.import_id, finding.document_id, finding.finding_code, finding.expected, finding.remedy
    FROM ledger.finding AS finding
    WHERE finding.resolution IS NULL AND finding.document_id IS NOT NULL
      AND finding.import_id IN (SELECT import_id FROM chosen)
    QUALIFY row_number() OVER (PARTITION BY finding.import_id, finding.document_id
                               ORDER BY finding.severity, finding.ordinal) = 1
), delivered AS (
    SELECT import_id, min(delivery_id) AS delivery_id
    FROM ledger.delivered_file
    WHERE import_id IN (SELECT import_id FROM chosen)
    GROUP BY import_id
)
SELECT chosen.document_id, chosen.status, file_import.source_file, chosen.position, delivery.delivery_key,
       chosen.company_code, chosen.counterparty_code, chosen.supplier_name, chosen.supplier_vat_number,
       chosen.document_type, chosen.is_credit_note, chosen.document_number, chosen.document_date,
       chosen.received_at, chosen.currency_code, chosen.total_amount, chosen.payable_amount, chosen.reason_codes,
       advice.finding_code, advice.expected, advice.remedy, registration.entry_id, chosen.closed_at, chosen.closed_by,
       chosen.closed_reason, party.counterparty_name, 'I' || chosen.import_id AS import_number
FROM chosen
JOIN ledger.file_import USING (import_id)
LEFT JOIN delivered USING (import_id)
LEFT JOIN ledger.delivery AS delivery USING (delivery_id)
LEFT JOIN ledger.registration AS registration
       ON registration.document_id = chosen.document_id AND registration.undone_at IS NULL
LEFT JOIN advice
       ON advice.import_id = chosen.import_id AND advice.document_id = chosen.document_id
LEFT JOIN ledger.counterparty AS party
       ON party.counterparty_code = chosen.counterparty_code
      AND party.version = (SELECT max(version) FROM ledger.reference_file WHERE file_name = 'counterparties.csv')

-- name: report_document_counts
-- Grain: one row: how many documents are in each state, and how many delivered files hold something that cannot be
-- read. Inputs: ledger.document, ledger.delivered_file, ledger.delivery, ledger.file_import, ledger.finding. Parameters
-- (null = all): company, delivery (a key). An unreadable file is of no company.
WITH chosen AS (
    SELECT import_id FROM ledger.file_import
    WHERE source_kind = 'invoice'
      AND ($delivery IS NULL
           OR import_id IN (SELECT import_id FROM ledger.delivered_file JOIN ledger.delivery USING (delivery_id)
                            WHERE delivery_key = $delivery))
)
SELECT count(*) AS document_count,
       count(*) FILTER (status = 'registered') AS registered_count,
       count(*) FILTER (status = 'to_register') AS waiting_count,
       count(*) FILTER (status = 'repeated') AS repeated_count,
       count(*) FILTER (status IN ('refused', 'handled')) AS decided_count,
       (SELECT count(DISTINCT finding.import_id) FROM ledger.finding AS finding SEMI JOIN chosen USING (import_id)
        WHERE finding.resolution IS NULL AND finding.severity = 'ERROR' AND finding.document_id IS NULL
       ) AS unreadable_file_count
FROM ledger.document
SEMI JOIN chosen USING (import_id)
WHERE $company IS NULL OR company_code = $company

-- name: report_what_documents
-- Grain: the document with a number of ours. Input: ledger.document. Parameter: document_id.
SELECT document_id, document_number, supplier_name, status
FROM ledger.document
WHERE document_id = $document_id

-- name: report_what_deliveries
-- Grain: one delivery that a text could mean: its key, the day and number with which that begins (20261129.003), or the
-- name of a file that was dropped; case does not matter. Inputs: ledger.delivery, ledger.dropped_file. Parameter: what.
-- Order: the newest first.
SELECT delivery_key
FROM ledger.delivery AS delivery
WHERE lower(delivery_key) = lower($what)
   OR (regexp_full_match($what, '([0-9]{8}|[0-9]{4}-[0-9]{2}-[0-9]{2})[.][0-9]{3,6}')
       AND starts_with(delivery_key, $what || '-'))
   OR EXISTS (SELECT 1 FROM ledger.dropped_file AS file
              WHERE file.delivery_id = delivery.delivery_id AND lower(file.source_file) = lower($what))
ORDER BY delivery_id DESC

-- name: report_document
-- Grain: one row, a document with its delivery and, if it stands in the ledger, its registration. Inputs:
-- ledger.document, ledger.file_import, ledger.delivered_file, ledger.delivery, ledger.registration. Parameter:
-- document_id. A file that was delivered twice counts to its first delivery; the registration in force counts, else the
-- newest.
SELECT document.document_id, document.import_id, document.status, file_import.source_file, document.position,
       file_import.partition_key,
       file_import.content_sha256, file_import.byte_count, file_import.reader_name, delivery.delivery_key,
       delivery.delivery_kind,
       document.received_at, document.document_format, document.document_type, document.type_code,
       document.is_credit_note,
       document.document_number, document.document_date, document.company_code, document.customer_name,
       document.customer_vat_number, document.customer_tax_code, document.counterparty_code,
       document.supplier_name, document.supplier_country_code, document.supplier_vat_number,
       document.supplier_tax_code, document.supplier_identifiers,
       nullif(document.supplier_address, '') AS supplier_address, document.payee_name,
       document.payee_identifiers, document.payee_ibans, document.currency_code, document.total_amount,
       document.payable_amount, document.total_convention, document.reason_codes, document.registration_key,
       document.closed_at, document.closed_by, document.closed_reason, registration.registration_id,
       registration.registered_by, registration.requested_by, registration.registered_at,
       registration.accounting_date, registration.supplier_account_code, registration.evidence,
       registration.reference_version, registration.run_id, registration.entry_id,
       credited.document_id AS credits_document_id, registration.undone_at,
       'I' || document.import_id AS import_number
FROM ledger.document AS document
JOIN ledger.file_import USING (import_id)
LEFT JOIN ledger.delivery AS delivery
       ON delivery.delivery_id = (SELECT min(delivery_id) FROM ledger.delivered_file AS file
                                  WHERE file.import_id = document.import_id)
LEFT JOIN ledger.registration AS registration
       ON registration.registration_id = (SELECT max_by(registration_id, (undone_at IS NULL, registration_id))
                                          FROM ledger.registration AS known WHERE known.document_id = $document_id)
LEFT JOIN ledger.registration AS credited ON credited.registration_id = registration.credits_registration_id
WHERE document.document_id = $document_id

-- name: report_document_parts
-- Grain: one part of a registration: a cost account and a VAT code, with the rule or memory that chose them. Inputs:
-- ledger.registration_part, ledger.registration, ledger.company (the version in force), ledger.reference_file.
-- Parameter: registration_id. Order: ordinal.
SELECT part.ordinal, part.account_code, part.vat_code,
       rtrim(rtrim(CAST(part.vat_rate AS VARCHAR), '0'), '.') AS vat_rate, part.vat_nature, part.rule_kind,
       part.rule_code,
       company.currency_code AS company_currency_code, part.taxable_amount, part.vat_amount,
       part.deductible_amount, part.deferred_amount
FROM ledger.registration_part AS part
JOIN ledger.registration AS registration USING (registration_id)
LEFT JOIN ledger.company
       ON company.company_code = registration.company_code
      AND company.version = (SELECT max(version) FROM ledger.reference_file WHERE file_name = 'companies.csv')
WHERE part.registration_id = $registration_id
ORDER BY part.ordinal

-- name: report_document_items
-- Grain: one open item that an entry opened. Input: ledger.open_item. Parameter: entry_id. Order: due date, key.
SELECT company_code, open_item_key, account_code, side, due_date, currency_code, original_amount, settled_amount,
       original_amount - settled_amount AS residual_amount, status, hold_reason
FROM ledger.open_item
WHERE opened_by_entry_id = $entry_id
ORDER BY due_date NULLS LAST, open_item_key

-- name: report_document_conditions
-- Grain: one condition under which less may be paid for a document. Inputs: ledger.document_condition, ledger.document.
-- Parameter: document_id. Order: ordinal.
SELECT said.ordinal, said.discount_date, said.discount_days,
       rtrim(rtrim(CAST(said.discount_pct AS VARCHAR), '0'), '.') AS discount_pct,
       said.discount_amount, said.discounted_amount, document.currency_code, said.description
FROM ledger.document_condition AS said
JOIN ledger.document AS document USING (document_id)
WHERE said.document_id = $document_id
ORDER BY said.ordinal

-- name: report_document_other_dates
-- Grain: one date for payment that a document states beside the due dates of its instalments. Input:
-- ledger.document_other_date. Parameter: document_id. Order: ordinal.
SELECT ordinal, field, other_date
FROM ledger.document_other_date
WHERE document_id = $document_id
ORDER BY ordinal

-- name: report_document_findings
-- Grain: one finding about a document, of every attempt. Inputs: ledger.finding, ledger.document. Parameter:
-- document_id. What ended with its attempt and was found again by the following one was not mended. Order: attempt,
-- errors before warnings, place in the list of the attempt.
SELECT finding.attempt, finding.field, finding.finding_code, finding.severity, finding.raw_value, finding.expected,
       finding.remedy,
       CASE WHEN finding.resolution = 'mended' AND EXISTS (
           SELECT 1 FROM ledger.finding AS following
           WHERE following.import_id = finding.import_id AND following.attempt = finding.attempt + 1
             AND following.finding_code = finding.finding_code AND following.field IS NOT DISTINCT FROM finding.field
             AND following.line_number IS NOT DISTINCT FROM finding.line_number
             AND following.document_id IS NOT DISTINCT FROM finding.document_id)
            THEN 'again in attempt ' || (finding.attempt + 1) ELSE finding.resolution END AS resolution,
       finding.resolved_at, finding.resolved_by, finding.resolved_reason
FROM ledger.finding AS finding
JOIN ledger.document AS document
  ON document.import_id = finding.import_id AND document.document_id = finding.document_id
WHERE document.document_id = $document_id
ORDER BY finding.attempt, finding.severity, finding.ordinal

-- name: report_document_decisions
-- Grain: one decision of a person about a document. Input: ledger.document_decision. Parameter: document_id. Order: the
-- first one first.
SELECT decision, account_code, vat_code, is_remembered, decided_by, decided_reason, decided_at
FROM ledger.document_decision
WHERE document_id = $document_id
ORDER BY decided_at, decision

-- name: report_document_answers
-- Grain: one answer of a person about a document and another one, whichever was named first. Input:
-- ledger.document_answer. Parameter: document_id. Order: the first one first.
SELECT question, document_id, other_document_id, answer, correction_id, answered_by, reason, answered_at, undone_at
FROM ledger.document_answer
WHERE document_id = $document_id OR other_document_id = $document_id
ORDER BY answer_id

-- name: report_earlier_registrations
-- Grain: one registration of a document that was undone, with who undid it (last), when and why. Inputs:
-- ledger.registration, ledger.reversed_entry, ledger.manual_entry. Parameter: document_id. Order: registration_id.
SELECT registration.registration_id, registration.entry_id, registration.registered_at, registration.registered_by,
       registration.requested_by, registration.undone_at, reversed.reversal_entry_id AS reversed_by_entry_id,
       manual.requested_by AS undone_by, manual.reason AS undone_reason
FROM ledger.registration AS registration
LEFT JOIN ledger.reversed_entry AS reversed ON reversed.entry_id = registration.entry_id
LEFT JOIN ledger.manual_entry AS manual ON manual.entry_id = reversed.reversal_entry_id
WHERE registration.document_id = $document_id AND registration.undone_at IS NOT NULL
ORDER BY registration.registration_id

-- name: report_document_of_entry
-- Grain: the document behind a journal entry, behind its reversal, or behind the reversal of that; no row for other
-- entries. Inputs: ledger.journal_entry, ledger.registration, ledger.document. Parameter: entry_id.
WITH RECURSIVE origin AS (
    SELECT entry_id, reverses_entry_id FROM ledger.journal_entry WHERE entry_id = $entry_id
    UNION ALL
    SELECT earlier.entry_id, earlier.reverses_entry_id
    FROM origin
    JOIN ledger.journal_entry AS earlier ON earlier.entry_id = origin.reverses_entry_id
)
SELECT document.document_id, document.supplier_name, document.document_number, document.document_date
FROM origin
JOIN ledger.registration AS registration ON registration.entry_id = origin.entry_id
JOIN ledger.document AS document USING (document_id)

-- name: report_import_documents
-- Grain: one document of a delivered file. Inputs: ledger.document, ledger.registration. Parameters: import_id, limit
-- (null = none). Order: position.
SELECT document.document_id, document.position, document.status, document.supplier_name, document.document_number,
       document.document_date, document.currency_code, document.payable_amount, document.reason_codes,
       registration.entry_id
FROM ledger.document AS document
LEFT JOIN ledger.registration AS registration
       ON registration.document_id = document.document_id AND registration.undone_at IS NULL
WHERE document.import_id = $import_id
ORDER BY document.position
LIMIT $limit

-- name: report_delivered_file
-- Grain: the dropped file in which a delivered file stands (itself, or the archive around it), by its first delivery;
-- no row for other files. Inputs: ledger.file_import, ledger.delivered_file, ledger.delivery, ledger.dropped_file.
-- Parameter: partition_key.
SELECT delivery.delivery_key, file.file_key, file.member_name, dropped.source_file, dropped.byte_count,
       dropped.content_sha256
FROM ledger.file_import
JOIN ledger.delivered_file AS file USING (import_id)
JOIN ledger.delivery AS delivery USING (delivery_id)
LEFT JOIN ledger.dropped_file AS dropped USING (file_key)
WHERE file_import.partition_key = $partition_key
ORDER BY delivery.delivery_id
LIMIT 1

-- name: report_automatic_registration
-- Grain: one company, with the newest switch of automatic registration (off if it was never switched) and how many of
-- its documents are to register. Inputs: ledger.company (the version in force), ledger.reference_file,
-- ledger.automatic_registration, ledger.document. Order: company_code.
WITH newest AS (
    SELECT company_code, is_on, switched_at, switched_by
    FROM ledger.automatic_registration
    QUALIFY row_number() OVER (PARTITION BY company_code ORDER BY switched_at DESC) = 1
)
SELECT company.company_code, company.company_name, coalesce(newest.is_on, false) AS is_on, newest.switched_at,
       newest.switched_by,
       (SELECT count(*) FROM ledger.document AS document
        WHERE document.company_code = company.company_code AND document.status = 'to_register') AS waiting_count
FROM ledger.company
LEFT JOIN newest USING (company_code)
WHERE company.version = (SELECT max(version) FROM ledger.reference_file WHERE file_name = 'companies.csv')
ORDER BY company.company_code

-- name: report_delivery_documents
-- Grain: one document of a delivery. Inputs: ledger.document, ledger.delivered_file, ledger.delivery,
-- ledger.file_import, ledger.registration, ledger.registration_part. Parameter: delivery_key. Order: document_id.
-- account_codes are those of the cost, rule_kinds how they were found, run_id is the run that registered it.
SELECT document.document_id, document.status, import.source_file, document.position, document.company_code,
       document.counterparty_code, document.supplier_name, document.document_type, document.document_number,
       document.document_date, document.currency_code, document.payable_amount, document.reason_codes,
       registration.registered_by, registration.accounting_date, registration.entry_id,
       string_agg(DISTINCT part.account_code, ' ' ORDER BY part.account_code) AS account_codes,
       string_agg(DISTINCT part.vat_code, ' ' ORDER BY part.vat_code) AS vat_codes,
       string_agg(DISTINCT part.rule_kind, ' ' ORDER BY part.rule_kind) AS rule_kinds,
       registration.run_id,
       'I' || document.import_id AS import_number
FROM ledger.delivery AS delivery
JOIN ledger.delivered_file AS file USING (delivery_id)
JOIN ledger.file_import AS import USING (import_id)
JOIN ledger.document AS document USING (import_id)
LEFT JOIN ledger.registration AS registration
       ON registration.document_id = document.document_id AND registration.undone_at IS NULL
LEFT JOIN ledger.registration_part AS part USING (registration_id)
WHERE delivery.delivery_key = $delivery_key
GROUP BY ALL
ORDER BY document.document_id

-- name: report_delivery_findings
-- Grain: one open finding about a delivery: about a document that is to be registered, or about a file of which
-- something cannot be read (document_id is null then). Inputs: ledger.finding, ledger.delivered_file, ledger.delivery,
-- ledger.file_import, ledger.document. Parameter: delivery_key. Order: file, position, finding. What follows from a
-- message of the exchange system is about an invoice, not about the delivery.
SELECT document.document_id, import.source_file, finding.line_number AS position, document.supplier_name,
       document.document_number, document.document_date, finding.finding_code, finding.severity, finding.field,
       finding.raw_value, finding.expected, finding.remedy,
       'I' || import.import_id AS import_number
FROM ledger.delivery AS delivery
JOIN ledger.delivered_file AS file USING (delivery_id)
JOIN ledger.file_import AS import USING (import_id)
JOIN ledger.finding AS finding USING (import_id)
LEFT JOIN ledger.document AS document
       ON document.import_id = import.import_id AND document.document_id = finding.document_id
WHERE delivery.delivery_key = $delivery_key AND import.reader_name IS DISTINCT FROM 'exchange_message'
  AND finding.attempt = import.attempt AND finding.resolution IS NULL
  AND coalesce(document.status, 'to_register') = 'to_register'
  AND (finding.severity = 'ERROR' OR finding.finding_code = 'document_waits')
ORDER BY import.import_id, finding.line_number NULLS FIRST, finding.ordinal

-- name: report_left_out
-- Grain: one member of a delivery's archive that is no document, by name. Inputs: ledger.left_out_file,
-- ledger.delivery; $delivery_key.
SELECT file.source_file
FROM ledger.left_out_file AS file
JOIN ledger.delivery AS delivery USING (delivery_id)
WHERE delivery.delivery_key = $delivery_key
ORDER BY file.source_file
