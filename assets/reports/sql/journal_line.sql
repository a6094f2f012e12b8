-- Grain: one posting with its entry; an entry without postings has one row without a line. item_keys are the open items that
-- the entry opened, settled or (where it was reversed) once did. Inputs: ledger.journal_entry, ledger.posting,
-- ledger.settlement, ledger.open_item, ledger.file_import, ledger.accounting_reason, ledger.account, ledger.counterparty (in
-- force). Parameters: company, from_date, to_date (null = all). Order: company, date, entry, line.
WITH entry AS (
    SELECT *
    FROM ledger.journal_entry
    WHERE ($company IS NULL OR company_code = $company)
      AND ($from_date IS NULL OR posting_date >= $from_date)
      AND ($to_date IS NULL OR posting_date <= $to_date)
), item_of_entry AS (
    SELECT settlement.entry_id, item.open_item_key
    FROM ledger.settlement AS settlement
    JOIN ledger.open_item AS item USING (item_id)
    WHERE settlement.undone_at IS NULL
    UNION
    SELECT opened_by_entry_id, open_item_key
    FROM ledger.open_item
    WHERE opened_by_entry_id IS NOT NULL AND status <> 'withdrawn'
    UNION
    SELECT entry_id, open_item_key
    FROM ledger.posting
    WHERE is_linked AND open_item_key IS NOT NULL
), linked AS (
    SELECT entry_id, array_agg(open_item_key ORDER BY open_item_key) AS item_keys
    FROM item_of_entry
    SEMI JOIN entry USING (entry_id)
    GROUP BY entry_id
), reversed AS (
    SELECT DISTINCT reverses_entry_id AS entry_id FROM ledger.journal_entry WHERE reverses_entry_id IS NOT NULL
), reason AS (
    SELECT company_code, accounting_reason_code, accounting_reason_name
    FROM ledger.accounting_reason
    WHERE version = (SELECT max(version) FROM ledger.reference_file WHERE file_name = 'accounting_reasons.csv')
), payee AS (
    SELECT account.company_code, account.account_code, counterparty.counterparty_name
    FROM ledger.account AS account
    JOIN ledger.counterparty AS counterparty USING (counterparty_code)
    WHERE account.version = (SELECT max(version) FROM ledger.reference_file WHERE file_name = 'chart_of_accounts.csv')
      AND counterparty.version = (SELECT max(version) FROM ledger.reference_file WHERE file_name = 'counterparties.csv')
)
SELECT entry.company_code, entry.posting_date, entry.entry_id, entry.entry_kind, entry.accounting_reason_code,
       coalesce(own.accounting_reason_name, common.accounting_reason_name) AS accounting_reason_name, entry.import_id,
       entry.reverses_entry_id, reversed.entry_id IS NOT NULL AS is_reversed, file_import.source_file,
       entry.source_line AS entry_source_line, linked.item_keys, posting.line_number, posting.account_code,
       payee.counterparty_name, posting.company_currency_code, posting.debit_amount - posting.credit_amount AS balance_amount,
       posting.currency_code, posting.currency_amount, posting.description, posting.source_line,
       posting.unlinked_reason
FROM entry
LEFT JOIN ledger.posting AS posting USING (entry_id)
LEFT JOIN linked USING (entry_id)
LEFT JOIN reversed USING (entry_id)
LEFT JOIN ledger.file_import AS file_import ON file_import.import_id = entry.import_id
LEFT JOIN reason AS own ON own.company_code = entry.company_code AND own.accounting_reason_code = entry.accounting_reason_code
LEFT JOIN reason AS common ON common.company_code IS NULL AND common.accounting_reason_code = entry.accounting_reason_code
LEFT JOIN payee ON payee.company_code = entry.company_code AND payee.account_code = posting.account_code
ORDER BY entry.company_code, entry.posting_date, entry.entry_id, posting.line_number
