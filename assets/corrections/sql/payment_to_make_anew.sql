-- Grain: one posting of a trace that a new payment is to stand for, with what of it people made anew so far. Inputs: ledger.posting,
-- ledger.brought_entry, ledger.file_import, ledger.payment_in_stead, ledger.reversed_entry; $entry_id, $line_number.
SELECT posting.company_code, posting.account_code, posting.currency_code, posting.company_currency_code,
       CASE WHEN posting.debit_amount > 0 THEN 'debit' ELSE 'credit' END AS side,
       posting.debit_amount + posting.credit_amount AS company_amount, abs(posting.currency_amount) AS currency_amount,
       brought.is_in_force, brought.is_import_deleted, import.import_id, import.source_file,
       coalesce(made.company_amount, 0) AS made_company_amount, made.entry_ids AS made_entry_ids
FROM ledger.posting AS posting
JOIN ledger.brought_entry AS brought ON brought.entry_id = posting.entry_id
JOIN ledger.file_import AS import ON import.import_id = brought.import_id
LEFT JOIN (
    SELECT made.replaces_entry_id, made.replaces_line_number, CAST(sum(made.company_amount) AS DECIMAL(18,4)) AS company_amount,
           list(made.entry_id ORDER BY made.entry_id) AS entry_ids
    FROM ledger.payment_in_stead AS made
    ANTI JOIN ledger.reversed_entry AS reversed ON reversed.entry_id = made.entry_id
    GROUP BY made.replaces_entry_id, made.replaces_line_number
) AS made ON made.replaces_entry_id = posting.entry_id AND made.replaces_line_number = posting.line_number
WHERE posting.entry_id = $entry_id AND posting.line_number = $line_number
