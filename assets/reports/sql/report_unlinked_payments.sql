-- Grain: one payment that counts and of which something settles no item. Inputs: ledger.posting, ledger.reversed_entry,
-- ledger.file_import, named_account.
SELECT posting.entry_id, posting.line_number, posting.company_code, posting.account_code, posting.posting_date,
       posting.company_currency_code, posting.debit_amount + posting.credit_amount - posting.linked_amount AS unlinked_amount,
       CASE WHEN posting.debit_amount > 0 THEN 'debit' ELSE 'credit' END AS side,
       posting.unlinked_reason, posting.open_item_key, posting.description, file_import.source_file, file_import.partition_key,
       posting.source_line, named.account_name, named.counterparty_code, named.counterparty_name, posting.currency_code,
       posting.currency_amount, posting.linked_amount, 'I' || posting.import_id AS import_number
FROM ledger.posting
ANTI JOIN ledger.reversed_entry ON reversed_entry.entry_id = posting.entry_id
LEFT JOIN ledger.file_import ON file_import.import_id = posting.import_id
LEFT JOIN named_account() AS named ON named.company_code = posting.company_code AND named.account_code = posting.account_code
WHERE posting.unlinked_reason IS NOT NULL
