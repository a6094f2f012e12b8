-- What everybody asks of the ledger.

-- name: ledger_totals
-- Grain: one row: the whole ledger, for the metadata of the unpartitioned assets. Inputs: ledger.journal_entry,
-- ledger.open_item, ledger.posting.
SELECT (SELECT count(*) FROM ledger.open_item WHERE status = 'open') AS open_item_count,
       (SELECT count(*) FROM ledger.open_item) AS item_count,
       (SELECT count(*) FROM ledger.posting) AS posting_count,
       (SELECT count(*) FROM ledger.journal_entry) AS entry_count

-- name: open_item_totals
-- Grain: one company, currency and side: how many items are open and what is left of them. Input: ledger.open_item.
SELECT company_code, currency_code, side, count(*) AS open_item_count,
       sum(original_amount - settled_amount) AS residual_amount
FROM ledger.open_item
WHERE status = 'open'
GROUP BY company_code, currency_code, side
ORDER BY company_code, currency_code, side

-- name: open_item_version
-- Grain: one row. What the open items are, as a text that is the same as long as they are: it follows from the items
-- that are open, with what is left of them and what holds them, and from the newest entry. Inputs: ledger.open_item,
-- ledger.journal_entry. An item's other columns never change.
SELECT format('{}-{:x}', (SELECT coalesce(max(entry_id), 0) FROM ledger.journal_entry),
              coalesce(bit_xor(hash(item_id, settled_amount, hold_reason)), 0)) AS version
FROM ledger.open_item
WHERE status = 'open'

-- name: report_entry_postings
-- Grain: one posting of an entry. Inputs: ledger.posting, ledger.account (the version in force), ledger.reference_file,
-- ledger.posting_rule_use (the rule that made it or decided about it). Parameters: entry_id, line_number (null = all).
-- Order: line_number.
SELECT posting.entry_id, posting.line_number, posting.account_code, account.account_name,
       posting.company_currency_code, posting.debit_amount, posting.credit_amount, posting.currency_code,
       posting.currency_amount, posting.description, posting.open_item_key, posting.settlement_flag,
       posting.is_linked, posting.linked_amount, posting.unlinked_reason, rule_use.posting_rule,
       coalesce(rule_use.is_generated, false) AS is_generated, posting.source_line,
       posting.byte_start, posting.byte_end
FROM ledger.posting
LEFT JOIN ledger.account
       ON account.company_code = posting.company_code AND account.account_code = posting.account_code
      AND account.version = (SELECT max(version) FROM ledger.reference_file
                             WHERE file_name = 'chart_of_accounts.csv')
LEFT JOIN ledger.posting_rule_use AS rule_use
       ON rule_use.entry_id = posting.entry_id AND rule_use.line_number = posting.line_number
WHERE posting.entry_id = $entry_id
  AND ($line_number IS NULL OR posting.line_number = $line_number)
ORDER BY posting.line_number

-- name: newest_change
-- Grain: one row: the newest record of the audit log (null before the first change), the hash of the first record, and
-- that of the record with a number (null if there is none). Input: ledger.audit_record; $record_number.
SELECT newest.record_number, newest.record_hash, newest.recorded_at,
       (SELECT record_hash FROM ledger.audit_record WHERE record_number = 1) AS first_hash,
       (SELECT record_hash FROM ledger.audit_record WHERE record_number = $record_number) AS remembered_hash
FROM (SELECT 1 AS one) AS single
LEFT JOIN (SELECT * FROM ledger.audit_record
           WHERE record_number = (SELECT max(record_number) FROM ledger.audit_record)) AS newest ON true

-- name: report_folder_settings
-- Grain: one setting in force that holds for every company. Inputs: ledger.setting, ledger.reference_file. Order:
-- setting_name.
SELECT setting_name, setting_value
FROM ledger.setting
WHERE version = (SELECT max(version) FROM ledger.reference_file WHERE file_name = 'settings.csv')
  AND coalesce(company_code, '') = ''
ORDER BY setting_name

-- name: settings_in_force
-- Grain: one row of settings.csv in force. Inputs: ledger.setting, ledger.reference_file.
SELECT company_code, setting_name, setting_value
FROM ledger.setting
WHERE version = (SELECT max(version) FROM ledger.reference_file WHERE file_name = 'settings.csv')
