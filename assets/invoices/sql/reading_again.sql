-- Documents read by newer rules.

-- name: read_by_older_rules
-- Grain: one registered document that older rules read, and one dropped file that holds it (a file may have come
-- several times; the earliest first). Inputs: ledger.registration, ledger.document, ledger.file_import,
-- ledger.delivered_file, ledger.dropped_file, ledger.delivery; $rules_version. Parameters (null = all): company,
-- delivery (a key). Order: dropped file, document.
SELECT document.document_id, registration.company_code, document.supplier_name, document.document_number,
       import.partition_key AS part_key, file.file_key, file.source_file, file.byte_count, delivery.received_at
FROM ledger.registration AS registration
JOIN ledger.document AS document USING (document_id)
JOIN ledger.file_import AS import USING (import_id)
JOIN ledger.delivered_file AS part USING (import_id)
JOIN ledger.dropped_file AS file USING (delivery_id, file_key)
JOIN ledger.delivery AS delivery USING (delivery_id)
WHERE registration.undone_at IS NULL AND registration.rules_version < $rules_version
  AND ($company IS NULL OR registration.company_code = $company)
  AND ($delivery IS NULL
       OR import.import_id IN (SELECT import_id FROM ledger.delivered_file JOIN ledger.delivery USING (delivery_id)
                               WHERE delivery_key = $delivery))
ORDER BY delivery.delivery_id, file.file_key, document.document_id

-- name: older_reading
-- Grain: one registered document of the files at hand that older rules read, as it stands in the books. Inputs:
-- company, delivered, ledger.registration, ledger.document, ledger.document_decision; $rules_version.
-- decided_account_code and decided_vat_code are what a person chose for it, is_choice_remembered whether for later
-- documents as well.
CREATE OR REPLACE TEMP TABLE older_reading AS
SELECT document.document_id, document.import_id, registration.registration_id, registration.entry_id,
       registration.rules_version, registration.company_code,
       registration.counterparty_code, document.supplier_name, document.document_number, document.document_date,
       document.currency_code,
       document.document_type, document.type_code, document.is_credit_note, document.total_amount,
       document.payable_amount,
       company.currency_code AS company_currency_code, decision.account_code AS decided_account_code,
       decision.vat_code AS decided_vat_code,
       coalesce(decision.is_remembered, false) AS is_choice_remembered
FROM ledger.registration AS registration
JOIN ledger.document AS document USING (document_id)
JOIN delivered USING (import_id)
LEFT JOIN company ON company.company_code = registration.company_code
LEFT JOIN (
    SELECT document_id, account_code, vat_code, is_remembered FROM ledger.document_decision WHERE decision = 'register'
    QUALIFY row_number() OVER (PARTITION BY document_id ORDER BY decided_at DESC) = 1
) AS decision ON decision.document_id = document.document_id
WHERE registration.undone_at IS NULL AND registration.rules_version < $rules_version

-- name: reopen_older_readings
-- Grain: one registered document of the files at hand that older rules read: to be judged as if it came now. For a
-- transaction that is rolled back. Inputs: delivered, ledger.registration; $rules_version.
UPDATE ledger.document SET status = 'to_register'
WHERE import_id IN (SELECT import_id FROM delivered WHERE file_number IS NOT NULL)
  AND document_id IN (SELECT document_id FROM ledger.registration WHERE undone_at IS NULL
                        AND rules_version < $rules_version)

-- name: reading_difference
-- Grain: one field in which a registered document of older rules would be read otherwise now: supplier, type, amounts,
-- instalments (paired in the order of their due dates and amounts; the item is named; those of a supplier who is not
-- recognised follow from nobody's terms and are not compared), or that it would be kept out. Inputs: older_reading,
-- doc, doc_party, doc_sum, doc_total, doc_part, doc_rate, doc_instalment, doc_finding, doc_question, part_finding,
-- delivered, ledger.registration, ledger.registration_part, ledger.open_item; $other_codes: findings that follow from
-- other documents, from closed periods and from what the supplier's memory and the rules of posting say today, and so
-- not from how the document is read. *_amount where a field is an amount. Order: document, field.
WITH read AS (
    SELECT older.document_id, doc.*, party.company_code, party.counterparty_code,
           total.payable * amount.economic_sign AS payable,
           (SELECT sum(taxable) FROM doc_part AS part WHERE part.document_id = older.document_id) AS taxable
    FROM older_reading AS older
    JOIN (SELECT * EXCLUDE (document_id), document_id AS read_id FROM doc) AS doc ON doc.read_id = older.document_id
    JOIN doc_party AS party USING (document_id)
    JOIN doc_sum AS amount USING (document_id)
    JOIN doc_total AS total USING (document_id)
), recognised AS (
    SELECT document_id FROM read WHERE counterparty_code IS NOT NULL
), booked_item AS (
    SELECT older.document_id, older.currency_code, item.open_item_key, item.due_date,
           -- An IBAN that waits is no matter of reading.
           nullif(item.hold_reason, 'iban') AS hold_reason,
           CASE item.side WHEN 'credit' THEN item.original_amount ELSE -item.original_amount END AS amount,
           row_number() OVER (PARTITION BY older.document_id ORDER BY nullif(item.hold_reason, 'iban') IS NOT NULL,
                              item.due_date, amount, item.open_item_key) AS place
    FROM older_reading AS older
    JOIN recognised USING (document_id)
    JOIN ledger.open_item AS item ON item.opened_by_entry_id = older.entry_id
), read_item AS (
    SELECT instalment.document_id, instalment.due_date, instalment.hold_reason, instalment.amount,
           row_number() OVER (PARTITION BY document_id ORDER BY instalment.hold_reason IS NOT NULL,
                              instalment.due_date, instalment.amount,
                              instalment.instalment) AS place
    FROM doc_instalment AS instalment
    JOIN recognised USING (document_id)
    JOIN doc_rate AS rate USING (document_id)
    -- What is nothing in the company's currency opens no item.
    WHERE coalesce(round_units(units_of(instalment.amount) * 1000000, rate.rate_units, rate.minor_unit), 1) <> 0
), item AS (
    SELECT coalesce(booked.document_id, now.document_id) AS document_id, coalesce(booked.place, now.place) AS place,
           coalesce(booked.open_item_key, 'a new item') AS name, booked.amount AS booked_amount,
           now.amount AS read_amount,
           booked.due_date AS booked_due, now.due_date AS read_due, booked.hold_reason AS booked_hold,
           now.hold_reason AS read_hold
    FROM booked_item AS booked
    FULL JOIN read_item AS now ON now.document_id = booked.document_id AND now.place = booked.place
), reason AS (
    SELECT finding.document_id, finding.finding_code
    FROM doc_finding AS finding
    JOIN read USING (document_id)
    WHERE finding.severity = 'ERROR' AND finding.finding_code NOT IN (SELECT unnest($other_codes))
      AND (finding.finding_code <> 'R03' OR read.counterparty_code IS NULL)
      AND (finding.finding_code <> 'corrected_invoice'
           OR EXISTS (SELECT 1 FROM doc_question AS asked
                      JOIN ledger.registration AS other ON other.document_id = asked.other_document_id
                        AND other.undone_at IS NULL
                      WHERE asked.document_id = finding.document_id AND asked.finding_code = finding.finding_code))
    UNION
    SELECT older.document_id, coalesce(found.finding_code, 'R17')
    FROM older_reading AS older
    JOIN delivered USING (import_id)
    LEFT JOIN part_finding AS found ON found.file_number = delivered.file_number
    WHERE older.document_id NOT IN (SELECT document_id FROM read)
), field AS (
    SELECT older.document_id, unnest([
        {'place': 1, 'field': 'company', 'registered': older.company_code, 'read': read.company_code},
        {'place': 2, 'field': 'supplier', 'registered': older.counterparty_code, 'read': read.counterparty_code},
        {'place': 3, 'field': 'number', 'registered': older.document_number, 'read': read.document_number},
        {'place': 4, 'field': 'date', 'registered': CAST(older.document_date AS VARCHAR),
        'read': CAST(read.document_date AS VARCHAR)},
        {'place': 5, 'field': 'type',
        'registered': concat_ws(' ', older.document_type, nullif(older.type_code, older.document_type)),
         'read': concat_ws(' ', read.document_type,
                           CASE WHEN older.type_code IS NOT NULL THEN nullif(read.type_code, read.document_type) END)},
        {'place': 6, 'field': 'kind', 'registered': CASE WHEN older.is_credit_note THEN 'credit note'
                                                         ELSE 'invoice' END,
         'read': CASE WHEN read.is_credit_note THEN 'credit note' ELSE 'invoice' END},
        {'place': 7, 'field': 'currency', 'registered': older.currency_code, 'read': read.currency_code}
    ], recursive := true)
    FROM older_reading AS older JOIN read USING (document_id)
), money AS (
    SELECT older.document_id, 8 AS place, 'total' AS field, older.total_amount AS registered_amount,
           read.total_amount AS read_amount,
           coalesce(read.currency_code, older.currency_code) AS currency_code
    FROM older_reading AS older JOIN read USING (document_id)
    UNION ALL
    SELECT older.document_id, 9, 'taxable', booked.taxable, read.taxable, older.company_currency_code
    FROM older_reading AS older
    JOIN read USING (document_id)
    JOIN (SELECT registration_id, sum(taxable_amount) AS taxable FROM ledger.registration_part
          GROUP BY registration_id) AS booked USING (registration_id)
    WHERE read.taxable IS NOT NULL
    UNION ALL
    SELECT older.document_id, 10, 'payable', older.payable_amount, read.payable,
           coalesce(read.currency_code, older.currency_code)
    FROM older_reading AS older JOIN read USING (document_id)
    UNION ALL
    SELECT item.document_id, 10 + 3 * place, 'amount of ' || name, booked_amount, read_amount,
           coalesce(read.currency_code, older.currency_code)
    FROM item
    JOIN older_reading AS older USING (document_id)
    JOIN read USING (document_id)
), difference AS (
    SELECT document_id, place, field, registered, read, CAST(NULL AS DECIMAL(18,4)) AS registered_amount,
           CAST(NULL AS DECIMAL(18,4)) AS read_amount, CAST(NULL AS VARCHAR) AS currency_code
    FROM field WHERE registered IS DISTINCT FROM read
    UNION ALL
    SELECT document_id, place, field, NULL, NULL, registered_amount, read_amount, currency_code
    FROM money WHERE registered_amount IS DISTINCT FROM read_amount
    UNION ALL
    SELECT document_id, 11 + 3 * place, 'due date of ' || name, CAST(booked_due AS VARCHAR), CAST(read_due AS VARCHAR),
           NULL, NULL, NULL
    FROM item WHERE booked_due IS DISTINCT FROM read_due
    UNION ALL
    SELECT document_id, 12 + 3 * place, 'hold of ' || name, booked_hold, read_hold, NULL, NULL, NULL
    FROM item WHERE booked_hold IS DISTINCT FROM read_hold
    UNION ALL
    SELECT document_id, 0, 'kept out', NULL, string_agg(DISTINCT finding_code, ' ' ORDER BY finding_code), NULL, NULL,
           NULL
    FROM reason GROUP BY document_id
)
SELECT document_id, field, registered, read, registered_amount, read_amount, currency_code
FROM difference
ORDER BY document_id, place

-- name: older_reading_item
-- Grain: one open item of a registered document that somebody settled or that the treasury knows. Inputs:
-- older_reading, ledger.open_item, ledger.settlement, ledger.exported_item; $document_ids. settled_by names postings as
-- ENTRY/LINE. Order: document, key.
SELECT older.document_id, item.company_code, item.open_item_key, item.currency_code, item.settled_amount,
       settled.settled_by,
       exported.open_item_key IS NOT NULL AS is_exported
FROM older_reading AS older
JOIN ledger.open_item AS item ON item.opened_by_entry_id = older.entry_id
LEFT JOIN (
    SELECT item_id, string_agg(DISTINCT entry_id || '/' || line_number, ', ' ORDER BY entry_id || '/' || line_number)
        AS settled_by
    FROM ledger.settlement WHERE undone_at IS NULL GROUP BY item_id
) AS settled USING (item_id)
LEFT JOIN ledger.exported_item AS exported ON exported.company_code = item.company_code
  AND exported.open_item_key = item.open_item_key
WHERE older.document_id IN (SELECT unnest($document_ids))
  AND (settled.settled_by IS NOT NULL OR exported.open_item_key IS NOT NULL)
ORDER BY older.document_id, item.open_item_key

-- name: older_reading_shown
-- Grain: one registered document that was read again. Input: older_reading. Order: document_id.
SELECT document_id, registration_id, company_code, counterparty_code, supplier_name, document_number, document_date,
       rules_version,
       decided_account_code, decided_vat_code, is_choice_remembered
FROM older_reading
ORDER BY document_id

-- name: note_reading_rules
-- Grain: one registration of a document that present rules read as it is booked. Inputs: $registration_ids,
-- $rules_version.
UPDATE ledger.registration SET rules_version = $rules_version
WHERE registration_id IN (SELECT unnest($registration_ids))

-- name: no_doc_question
-- Grain: one thing that a person is asked about a document: none, where nothing is asked.
CREATE OR REPLACE TEMP TABLE doc_question (document_id BIGINT, other_document_id BIGINT, finding_code VARCHAR)
