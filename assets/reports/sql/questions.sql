-- What `why` and `status` ask.

-- name: report_companies
-- Grain: one company that the reference data named at any time. Inputs: ledger.company, ledger.account. Order:
-- company_code.
SELECT company_code
FROM ledger.company
UNION
SELECT company_code
FROM ledger.account
ORDER BY company_code

-- name: report_status_counts
-- Grain: one row. Inputs: ledger.file_import, ledger.finding, ledger.journal_entry, ledger.open_item, ledger.posting,
-- ledger.reference_file, ledger.reversed_entry, the ledger's tables. What stands in the ledger as a whole. A finding is
-- open while it belongs to the file's last attempt and nothing resolved it.
WITH open_finding AS (
    SELECT finding.severity
    FROM ledger.finding
    LEFT JOIN ledger.file_import ON file_import.import_id = finding.import_id
    WHERE finding.resolution IS NULL
      AND (finding.import_id IS NULL OR finding.attempt = file_import.attempt)
)
SELECT (SELECT count(*) FROM ledger.journal_entry) AS entry_count,
       (SELECT count(*) FROM ledger.posting) AS posting_count,
       (SELECT count(*) FROM ledger.open_item WHERE status = 'open') AS open_item_count,
       (SELECT count(*) FROM ledger.open_item WHERE status = 'closed') AS closed_item_count,
       (SELECT count(*) FROM ledger.open_item WHERE status = 'withdrawn') AS withdrawn_item_count,
       (SELECT count(*) FROM ledger.posting ANTI JOIN ledger.reversed_entry USING (entry_id)
        WHERE unlinked_reason IS NOT NULL) AS unlinked_payment_count,
       (SELECT count(*) FROM open_finding WHERE severity = 'ERROR') AS open_error_count,
       (SELECT count(*) FROM open_finding WHERE severity = 'WARN') AS open_warning_count,
       (SELECT max(version) FROM ledger.reference_file) AS reference_version

-- name: report_status_ledger_totals
-- Grain: one currency of a company. Input: ledger.posting. Order: company_currency_code.
SELECT company_currency_code,
       count(*) AS posting_count,
       sum(debit_amount) AS debit_total,
       sum(credit_amount) AS credit_total
FROM ledger.posting
GROUP BY company_currency_code
ORDER BY company_currency_code

-- name: report_status_open_item_totals
-- Grain: one currency and side. Input: ledger.open_item, the open ones. Order: currency_code, side.
SELECT currency_code,
       side,
       count(*) AS open_item_count,
       sum(original_amount - settled_amount) AS residual_total
FROM ledger.open_item
WHERE status = 'open'
GROUP BY currency_code, side
ORDER BY currency_code, side

-- name: report_status_transit
-- Grain: one transit account whose balance is not zero. Inputs: ledger.posting, ledger.account (the version in force),
-- ledger.reference_file. Order: company_code, account_code, company_currency_code.
WITH transit_account AS (
    SELECT company_code, account_code, account_name
    FROM ledger.account
    WHERE account_kind = 'transit'
      AND version = (SELECT max(version) FROM ledger.reference_file WHERE file_name = 'chart_of_accounts.csv')
)
SELECT posting.company_code,
       posting.account_code,
       transit_account.account_name,
       posting.company_currency_code,
       sum(posting.debit_amount - posting.credit_amount) AS balance_amount
FROM ledger.posting
JOIN transit_account USING (company_code, account_code)
GROUP BY posting.company_code, posting.account_code, transit_account.account_name, posting.company_currency_code
HAVING sum(posting.debit_amount - posting.credit_amount) <> 0
ORDER BY posting.company_code, posting.account_code, posting.company_currency_code

-- name: report_status_imports
-- Grain: one status of the imports of one kind. Input: ledger.file_import. Order: traces before e-invoices, status.
SELECT status, count(*) AS import_count, source_kind
FROM ledger.file_import
GROUP BY status, source_kind
ORDER BY source_kind DESC, status

-- name: report_status_last_imports
-- Grain: one import, so many of each kind. Input: ledger.file_import. Parameter: limit. Order: the newest first.
SELECT import_id, partition_key, source_file, status, imported_at, attempt, movement_count,
       posted_movement_count, error_count, warning_count, source_kind,
       'I' || import_id AS import_number
FROM ledger.file_import
QUALIFY row_number() OVER (PARTITION BY source_kind ORDER BY imported_at DESC, import_id DESC) <= $limit
ORDER BY imported_at DESC, import_id DESC

-- name: report_status_deliveries
-- Grain: one state of deliveries of e-invoices. Input: ledger.delivery. Order: status.
SELECT status, count(*) AS delivery_count
FROM ledger.delivery
GROUP BY status
ORDER BY status

-- name: report_status_documents
-- Grain: one state of e-invoices. Input: ledger.document. Order: status.
SELECT status, count(*) AS document_count
FROM ledger.document
GROUP BY status
ORDER BY status

-- name: report_status_reasons
-- Grain: one finding code that keeps documents or files of e-invoices from being registered, open ones only. Inputs:
-- ledger.finding, ledger.file_import, ledger.document. Order: the most frequent first, then the code. A finding about a
-- file stands for what of it cannot be read.
SELECT finding.finding_code, count(DISTINCT coalesce(CAST(finding.document_id AS VARCHAR), import.partition_key))
    AS document_count
FROM ledger.finding AS finding
JOIN ledger.file_import AS import USING (import_id)
LEFT JOIN ledger.document AS document
       ON document.import_id = import.import_id AND document.document_id = finding.document_id
WHERE import.source_kind = 'invoice' AND finding.resolution IS NULL AND finding.attempt = import.attempt
  AND coalesce(document.status, 'to_register') = 'to_register'
  AND (finding.severity = 'ERROR' OR finding.finding_code = 'document_waits')
GROUP BY finding.finding_code
ORDER BY document_count DESC, finding.finding_code

-- name: report_status_sales
-- Grain: one state of sales invoices, with how many of them changed at their source since they were booked. Input:
-- ledger.sales_invoice. Order: status.
SELECT status, count(*) AS invoice_count, count(changed_sha256) AS changed_count
FROM ledger.sales_invoice
GROUP BY status
ORDER BY status

-- name: report_known_file
-- Grain: one row. Inputs: ledger.file_import, ledger.reference_file, ledger.finding. Parameter: file (the number of an
-- import, a name without folder, or a partition key). Whether a file of that name was ever seen.
SELECT EXISTS (SELECT 1 FROM ledger.file_import
               WHERE names_import($file, import_id, partition_key, source_file))
    OR EXISTS (SELECT 1 FROM ledger.reference_file WHERE lower(file_name) = lower($file))
    OR EXISTS (SELECT 1 FROM ledger.finding WHERE lower(source_file) = lower($file)) AS is_known

-- name: report_entry
-- Grain: one row, a journal entry with the attempt that made it. Inputs: ledger.journal_entry, ledger.file_import,
-- ledger.import_attempt, ledger.reversed_entry. Parameter: entry_id. An import that was tried again has several runs;
-- the run and the reference version are those of the attempt that made the entry.
SELECT entry.entry_id, entry.entry_kind, entry.company_code, entry.posting_date, entry.accounting_reason_code,
       entry.progressive, entry.movement_key, entry.reverses_entry_id,
       reversed.reversal_entry_id AS reversed_by_entry_id,
       entry.created_at, file_import.source_file, file_import.partition_key, file_import.content_sha256,
       file_import.byte_count, file_import.reader_name, file_import.status AS import_status, entry.attempt,
       coalesce(attempt.run_id, file_import.run_id) AS run_id,
       coalesce(attempt.reference_version, file_import.reference_version) AS reference_version,
       'I' || file_import.import_id AS import_number
FROM ledger.journal_entry AS entry
LEFT JOIN ledger.reversed_entry AS reversed ON reversed.entry_id = entry.entry_id
LEFT JOIN ledger.file_import ON file_import.import_id = entry.import_id
LEFT JOIN ledger.import_attempt AS attempt
       ON attempt.import_id = entry.import_id AND attempt.attempt = entry.attempt
WHERE entry.entry_id = $entry_id

-- name: report_settlements
-- Grain: one settlement, undone ones included. Inputs: ledger.settlement, ledger.open_item, ledger.posting,
-- ledger.journal_entry, ledger.file_import, ledger.import_attempt, ledger.manual_entry (who asked for it, and why).
-- Parameters: item_id, entry_id (null = all). Order: settlement_id.
SELECT settlement.settlement_id, settlement.settlement_date, item.company_code, item.open_item_key,
       item.account_code, item.currency_code, settlement.amount, posting.company_currency_code,
       settlement.amount_company_currency, settlement.settlement_flag, settlement.matching_rule,
       settlement.entry_id, settlement.line_number, file_import.source_file, file_import.partition_key,
       posting.source_line, posting.byte_start, posting.byte_end, entry.attempt,
       coalesce(attempt.run_id, file_import.run_id) AS run_id, settlement.created_at, settlement.undone_at,
       settlement.undone_by_entry_id, manual.requested_by, manual.reason AS requested_reason,
       'I' || file_import.import_id AS import_number
FROM ledger.settlement
JOIN ledger.open_item AS item ON item.item_id = settlement.item_id
LEFT JOIN ledger.posting
       ON posting.entry_id = settlement.entry_id AND posting.line_number = settlement.line_number
LEFT JOIN ledger.journal_entry AS entry ON entry.entry_id = settlement.entry_id
LEFT JOIN ledger.file_import ON file_import.import_id = entry.import_id
LEFT JOIN ledger.import_attempt AS attempt
       ON attempt.import_id = entry.import_id AND attempt.attempt = entry.attempt
LEFT JOIN ledger.manual_entry AS manual ON manual.entry_id = settlement.entry_id
WHERE ($item_id IS NULL OR settlement.item_id = $item_id)
  AND ($entry_id IS NULL OR settlement.entry_id = $entry_id)
ORDER BY settlement.settlement_id

-- name: report_item
-- Grain: one row, an open item with what opened it. Inputs: ledger.open_item, ledger.reference_file (an opening item
-- has the time of the version that brought it), ledger.journal_entry, ledger.file_import, ledger.import_attempt (an
-- item that an entry opened), ledger.reopened_item (an item that is another, open again). Parameter: item_id.
SELECT item.company_code, item.account_code, item.open_item_key, item.document_number, item.document_date,
       item.due_date, item.currency_code, item.original_amount, item.settled_amount,
       item.original_amount - item.settled_amount AS residual_amount, item.status, item.side,
       item.description, item.origin, item.hold_reason, item.opened_at,
       CASE WHEN item.origin = 'opening' THEN 'opening_open_items.csv' ELSE file_import.source_file
       END AS opened_by_file,
       CASE WHEN item.origin = 'opening' THEN
           (SELECT max(version) FROM ledger.reference_file
            WHERE file_name = 'opening_open_items.csv' AND loaded_at <= item.opened_at)
       END AS opened_by_version,
       file_import.partition_key AS opened_by_partition_key,
       item.opened_by_entry_id,
       entry.source_line AS opened_by_source_line,
       coalesce(attempt.run_id, file_import.run_id) AS opened_by_run_id,
       reopened.open_item_key AS reopens_open_item_key,
       'I' || file_import.import_id AS opened_by_import_number
FROM ledger.open_item AS item
LEFT JOIN ledger.journal_entry AS entry ON entry.entry_id = item.opened_by_entry_id
LEFT JOIN ledger.file_import ON file_import.import_id = entry.import_id
LEFT JOIN ledger.import_attempt AS attempt
       ON attempt.import_id = entry.import_id AND attempt.attempt = entry.attempt
LEFT JOIN ledger.reopened_item ON reopened_item.item_id = item.item_id
LEFT JOIN ledger.open_item AS reopened ON reopened.item_id = reopened_item.reopens_item_id
WHERE item.item_id = $item_id

-- name: report_manual_entry
-- Grain: who asked for a journal entry, why and when; no row for entries that a file brought. Input:
-- ledger.manual_entry. Parameter: entry_id.
SELECT requested_by, reason AS requested_reason, made_at AS requested_at
FROM ledger.manual_entry
WHERE entry_id = $entry_id

-- name: report_what_imports
-- Grain: one import that a text could mean. Input: ledger.file_import. Parameter: what (a number such as I12, a name
-- without folder, or a partition key; case does not matter). Order: the newest first.
SELECT import_id, partition_key, source_file, status, imported_at
FROM ledger.file_import
WHERE names_import($what, import_id, partition_key, source_file)
ORDER BY imported_at DESC, import_id DESC

-- name: report_what_postings
-- Grain: one journal entry that a text could mean. Inputs: ledger.journal_entry, ledger.posting. Parameters: entry_id,
-- line_number (null = the whole entry). Order: entry_id.
SELECT entry_id, company_code, posting_date
FROM ledger.journal_entry
WHERE entry_id = $entry_id
  AND ($line_number IS NULL
       OR EXISTS (SELECT 1 FROM ledger.posting
                  WHERE posting.entry_id = $entry_id AND posting.line_number = $line_number))
ORDER BY entry_id

-- name: report_what_items
-- Grain: one open item that a text could mean. Input: ledger.open_item. Parameters: what (a key), company and
-- company_key (the two parts of COMPANY:KEY; null if the text has no colon). Order: company, key.
SELECT item_id, company_code, open_item_key, account_code, status
FROM ledger.open_item
WHERE open_item_key = $what
   OR (company_code = $company AND open_item_key = $company_key)
ORDER BY company_code, open_item_key

-- name: report_reference_files
-- Grain: one reference file as it was in force at a version. Input: ledger.reference_file. Parameter:
-- reference_version. Order: file_name.
SELECT file_name, version, content_sha256, loaded_at
FROM ledger.reference_file
WHERE version <= $reference_version
QUALIFY row_number() OVER (PARTITION BY file_name ORDER BY version DESC) = 1
ORDER BY file_name
