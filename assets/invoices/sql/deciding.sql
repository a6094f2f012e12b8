-- What a person decides about a document.

-- name: finding_of_document
-- Grain: one open finding about a document that a person closes. Inputs: ledger.finding, ledger.document;
-- $document_ids.
SELECT finding.rowid AS finding_row
FROM ledger.document AS document
JOIN ledger.finding AS finding ON finding.import_id = document.import_id
                              AND finding.document_id = document.document_id
WHERE document.document_id IN (SELECT unnest($document_ids)) AND finding.resolution IS NULL

-- name: import_to_restate
-- Grain: one delivered file of which a person closed a document. Inputs: ledger.document, ledger.finding; $import_ids.
-- A file is posted when every document in it is closed and nothing of it is unreadable, as after an attempt.
SELECT documents.import_id, coalesce(findings.error_count, 0) AS error_count,
       coalesce(findings.warning_count, 0) AS warning_count,
       CASE WHEN documents.open_count = 0 AND coalesce(findings.error_count, 0) = 0 THEN 'posted'
            WHEN documents.document_count > documents.open_count THEN 'incomplete'
            ELSE 'failed' END AS status, CAST(NULL AS TIMESTAMP) AS imported_at
FROM (
    SELECT import_id, count(*) AS document_count, count(*) FILTER (status = 'to_register') AS open_count
    FROM ledger.document WHERE import_id IN (SELECT unnest($import_ids)) GROUP BY import_id
) AS documents
LEFT JOIN (
    SELECT import_id, count(*) FILTER (severity = 'ERROR') AS error_count,
           count(*) FILTER (severity = 'WARN') AS warning_count
    FROM ledger.finding WHERE resolution IS NULL GROUP BY import_id
) AS findings USING (import_id)

-- name: delivery_of_file
-- Grain: one delivery in which a file came, the oldest first. Inputs: ledger.delivered_file, ledger.delivery;
-- $import_id.
SELECT delivery.delivery_id, delivery.delivery_key, delivery.status
FROM ledger.delivered_file AS file
JOIN ledger.delivery AS delivery USING (delivery_id)
WHERE file.import_id = $import_id
ORDER BY delivery.delivery_id

-- name: close_delivery
-- Grain: one delivery of which nothing is left to do, since a person decided about the rest.
UPDATE ledger.delivery SET status = 'done' WHERE delivery_id = $delivery_id

-- name: insert_automatic_registration
-- Grain: one switch of automatic registration of a company. Append only: the newest holds.
INSERT INTO ledger.automatic_registration VALUES ($company_code, $is_on, $now, $who)

-- name: document_to_decide
-- Grain: one document that somebody named, as it stands. Inputs: ledger.document, ledger.registration; $document_ids.
SELECT document.document_id, document.import_id, document.status, document.company_code, document.closed_at,
       document.closed_by, registration.entry_id
FROM ledger.document AS document
LEFT JOIN ledger.registration AS registration
       ON registration.document_id = document.document_id AND registration.undone_at IS NULL
WHERE document.document_id IN (SELECT unnest($document_ids))
ORDER BY document.document_id

-- name: usable_vat_code
-- Grain: one VAT code with this name that a company may use, its own or a common one, in the version in force. Inputs:
-- ledger.vat_code, ledger.reference_file; $company_code, $vat_code.
SELECT vat_code
FROM ledger.vat_code
WHERE coalesce(company_code, $company_code) = $company_code AND vat_code = $vat_code
  AND version = (SELECT max(version) FROM ledger.reference_file WHERE file_name = 'vat_codes.csv')

-- name: insert_document_decision
-- Grain: one decision of a person about a document; the newest holds. Input: $document_ids.
INSERT INTO ledger.document_decision
SELECT document_id, $decision, $account_code, $vat_code, $is_remembered, $who, $reason, $now
FROM (SELECT unnest($document_ids) AS document_id)

-- name: delivery_of_document
-- Grain: one delivery in which one of these documents came, the oldest first. Inputs: ledger.document,
-- ledger.delivered_file, ledger.delivery; $document_ids, $is_first_only (whether the first delivery of each document is
-- enough, since its file can be read from there).
SELECT DISTINCT delivery.delivery_id, delivery.delivery_key, delivery.status
FROM (
    SELECT file.delivery_id, file.import_id
    FROM ledger.delivered_file AS file
    WHERE file.import_id IN (SELECT import_id FROM ledger.document
                             WHERE document_id IN (SELECT unnest($document_ids)))
    QUALIFY NOT $is_first_only
            OR row_number() OVER (PARTITION BY file.import_id ORDER BY file.delivery_id) = 1
) AS concerned
JOIN ledger.delivery AS delivery USING (delivery_id)
ORDER BY delivery.delivery_id
