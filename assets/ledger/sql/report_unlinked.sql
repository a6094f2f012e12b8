-- Grain: one candidate of one unlinked payment that counts, at most three; a payment without candidates has one row
-- whose candidate_rank is null. Inputs: ledger.posting, ledger.reversed_entry, ledger.file_import, ledger.match_candidate,
-- ledger.open_item (as it stands now). Parameters: company, account (null = all), limit on payments (null =
-- none). Order: company, account, date, entry_id, line_number, candidate_rank.
WITH payment AS (
    SELECT entry_id, line_number, company_code, account_code, posting_date, company_currency_code,
           debit_amount + credit_amount - linked_amount AS unlinked_amount,
           CASE WHEN debit_amount > 0 THEN 'debit' ELSE 'credit' END AS side,
           unlinked_reason, open_item_key, description, import_id, source_line
    FROM ledger.posting
    ANTI JOIN ledger.reversed_entry USING (entry_id)
    WHERE unlinked_reason IS NOT NULL
      AND ($company IS NULL OR company_code = $company)
      AND ($account IS NULL OR account_code = $account)
    ORDER BY company_code, account_code, posting_date, entry_id, line_number
    LIMIT $limit
)
SELECT payment.entry_id, payment.line_number, payment.company_code, payment.account_code,
       payment.posting_date, payment.company_currency_code, payment.unlinked_amount, payment.side,
       payment.unlinked_reason, payment.open_item_key, payment.description, file_import.source_file,
       file_import.partition_key, payment.source_line, candidate.candidate_rank, candidate.score,
       candidate.explanation, item.company_code AS candidate_company_code,
       item.account_code AS candidate_account_code, item.open_item_key AS candidate_open_item_key,
       item.document_number, item.due_date, item.currency_code,
       item.original_amount - item.settled_amount AS residual_amount, item.status
FROM payment
LEFT JOIN ledger.file_import ON file_import.import_id = payment.import_id
LEFT JOIN ledger.match_candidate AS candidate
       ON candidate.entry_id = payment.entry_id AND candidate.line_number = payment.line_number
      AND candidate.candidate_rank <= 3
LEFT JOIN ledger.open_item AS item ON item.item_id = candidate.item_id
ORDER BY payment.company_code, payment.account_code, payment.posting_date, payment.entry_id,
         payment.line_number, candidate.candidate_rank
