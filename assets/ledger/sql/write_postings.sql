-- Grain: one debit or credit. Input: given.
INSERT INTO ledger.posting BY NAME
SELECT entry_id, line_number, import_id, source_line, byte_start, byte_end, company_code, account_code, posting_date,
       accounting_reason_code, company_currency_code, debit_amount, credit_amount, currency_code, currency_amount, description,
       open_item_key, settlement_flag, is_linked, linked_amount, unlinked_reason
FROM given
