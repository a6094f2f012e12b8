-- Grain: one posting of which something settles no open item. Inputs: ledger.posting, ledger.file_import.
SELECT import.source_file, posting.source_line AS line_number, posting.company_code, posting.account_code,
       posting.posting_date, posting.company_currency_code AS currency_code,
       posting.debit_amount + posting.credit_amount - posting.linked_amount AS unlinked_amount,
       posting.open_item_key, posting.unlinked_reason, posting.entry_id
FROM ledger.posting AS posting
LEFT JOIN ledger.file_import AS import ON import.import_id = posting.import_id
WHERE posting.unlinked_reason IS NOT NULL
ORDER BY posting.entry_id DESC, posting.line_number
