-- Grain: one posting. Inputs: ledger.posting, ledger.journal_entry, ledger.file_import, named_account.
SELECT posting.rowid AS row_id, posting.entry_id, posting.line_number, posting.company_code, posting.account_code,
       posting.posting_date, posting.accounting_reason_code, posting.currency_code, posting.debit_amount,
       posting.credit_amount, posting.description, posting.open_item_key, posting.is_linked,
       file_import.source_file, posting.source_line, posting.company_currency_code, posting.currency_amount,
       posting.linked_amount, posting.unlinked_reason, named.account_name, named.counterparty_code, named.counterparty_name,
       posting.debit_amount + posting.credit_amount AS posted_amount, 'I' || file_import.import_id AS import_number,
       entry.entry_kind
FROM ledger.posting
LEFT JOIN ledger.journal_entry AS entry ON entry.entry_id = posting.entry_id
LEFT JOIN ledger.file_import ON file_import.import_id = posting.import_id
LEFT JOIN named_account() AS named ON named.company_code = posting.company_code AND named.account_code = posting.account_code
