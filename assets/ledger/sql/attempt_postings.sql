-- Grain: one posting of the entries that the last attempt of an import made. Inputs: ledger.journal_entry, ledger.file_import,
-- ledger.posting; $import_id, $limit. Order: entry and line.
SELECT posting.entry_id, posting.line_number, posting.company_code, posting.account_code, posting.posting_date,
       posting.debit_amount, posting.credit_amount, posting.company_currency_code, posting.open_item_key, posting.description
FROM ledger.file_import
JOIN ledger.journal_entry AS entry USING (import_id, attempt)
JOIN ledger.posting AS posting ON posting.entry_id = entry.entry_id
WHERE import_id = $import_id
ORDER BY posting.entry_id, posting.line_number
LIMIT $limit
