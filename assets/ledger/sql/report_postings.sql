-- Grain: one posting. Inputs: ledger.posting, ledger.file_import. Parameters: file, company, account (null =
-- all), limit (null = none). Order: entry_id, line_number.
SELECT posting.entry_id, posting.line_number, posting.company_code, posting.account_code,
       posting.posting_date, posting.accounting_reason_code, posting.currency_code, posting.debit_amount,
       posting.credit_amount, posting.description, posting.open_item_key, posting.is_linked,
       file_import.source_file, posting.source_line, posting.company_currency_code, posting.currency_amount,
       posting.linked_amount, posting.unlinked_reason,
       'I' || file_import.import_id AS import_number
FROM ledger.posting
LEFT JOIN ledger.file_import ON file_import.import_id = posting.import_id
WHERE ($company IS NULL OR posting.company_code = $company)
  AND ($account IS NULL OR posting.account_code = $account)
  AND ($file IS NULL
       OR names_import($file, file_import.import_id, file_import.partition_key, file_import.source_file))
ORDER BY posting.entry_id, posting.line_number
LIMIT $limit
