-- Payments that close nothing.

-- name: check_unlinked_payments
-- Grain: one posting of which something settles no open item. Entries that are reversed do not count. Inputs:
-- ledger.posting, ledger.reversed_entry, ledger.file_import.
SELECT 'I' || import.import_id AS import_number, import.source_file, posting.source_line AS line_number,
       posting.company_code, posting.account_code,
       posting.posting_date, posting.company_currency_code AS currency_code,
       posting.debit_amount + posting.credit_amount - posting.linked_amount AS unlinked_amount,
       posting.open_item_key, posting.unlinked_reason, posting.entry_id
FROM ledger.posting AS posting
ANTI JOIN ledger.reversed_entry AS reversed ON reversed.entry_id = posting.entry_id
LEFT JOIN ledger.file_import AS import ON import.import_id = posting.import_id
WHERE posting.unlinked_reason IS NOT NULL
ORDER BY posting.entry_id DESC, posting.line_number
