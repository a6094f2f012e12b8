-- Grain: one posting of an entry. Inputs: ledger.posting, ledger.account (the version in force),
-- ledger.reference_file, ledger.posting_rule_use (the rule that made it or decided about it). Parameters: entry_id, line_number (null = all). Order: line_number.
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
