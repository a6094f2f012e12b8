-- The journal as Beancount has it.

-- name: journal_accounts
-- Grain: one account of a company that has entries or opening items: of the chart in force, or only used. first_date is
-- the company's first day. Inputs: ledger.reference_file, ledger.account, ledger.company (in force), ledger.posting,
-- ledger.journal_entry, ledger.open_item. Parameters: company (null = all), time_zone. Order: company, account.
WITH used AS (
    SELECT company_code, account_code FROM ledger.posting
    UNION
    SELECT company_code, account_code FROM ledger.open_item WHERE origin = 'opening' AND status <> 'withdrawn'
), begun AS (
    SELECT company_code, min(first_date) AS first_date
    FROM (
        SELECT company_code, posting_date AS first_date FROM ledger.journal_entry
        UNION ALL
        SELECT company_code, coalesce(document_date, day_in($time_zone, opened_at))
        FROM ledger.open_item
        WHERE origin = 'opening' AND status <> 'withdrawn'
    ) AS dated
    GROUP BY company_code
), chart AS (
    SELECT company_code, account_code, account_name, account_second_name, account_kind
    FROM ledger.account
    WHERE version = (SELECT max(version) FROM ledger.reference_file WHERE file_name = 'chart_of_accounts.csv')
), company AS (
    SELECT company_code, company_name, currency_code
    FROM ledger.company
    WHERE version = (SELECT max(version) FROM ledger.reference_file WHERE file_name = 'companies.csv')
), listed AS (
    SELECT company_code, account_code FROM used
    UNION
    SELECT company_code, account_code FROM chart
)
SELECT listed.company_code, listed.account_code, chart.account_name, chart.account_second_name, chart.account_kind,
       company.company_name, company.currency_code AS company_currency_code, begun.first_date
FROM listed
JOIN begun USING (company_code)
LEFT JOIN chart USING (company_code, account_code)
LEFT JOIN company USING (company_code)
WHERE $company IS NULL OR listed.company_code = $company
ORDER BY listed.company_code, listed.account_code

-- name: journal_carried
-- Grain: one account and currency with what it stood at before a date, opening items included. Inputs:
-- ledger.reference_file, ledger.posting, ledger.open_item, ledger.company (in force). Parameters: company (null = all),
-- from_date, time_zone. Amounts: + debit, - credit. Order: company, account, currency.
WITH company AS (
    SELECT company_code, currency_code
    FROM ledger.company
    WHERE version = (SELECT max(version) FROM ledger.reference_file WHERE file_name = 'companies.csv')
), before AS (
    SELECT company_code, account_code, company_currency_code, debit_amount - credit_amount AS balance_amount,
           currency_code,
           currency_amount
    FROM ledger.posting
    WHERE posting_date < $from_date
    UNION ALL
    SELECT item.company_code, item.account_code, coalesce(company.currency_code, item.currency_code),
           CASE WHEN item.side = 'debit' THEN item.original_amount_company_currency
                ELSE -item.original_amount_company_currency END,
           item.currency_code, CASE WHEN item.side = 'debit' THEN item.original_amount ELSE -item.original_amount END
    FROM ledger.open_item AS item
    LEFT JOIN company USING (company_code)
    WHERE item.origin = 'opening' AND item.status <> 'withdrawn'
      AND coalesce(item.document_date, day_in($time_zone, item.opened_at)) < $from_date
)
SELECT company_code, account_code, company_currency_code, sum(balance_amount) AS balance_amount, currency_code,
       sum(currency_amount) AS currency_amount
FROM before
WHERE $company IS NULL OR company_code = $company
GROUP BY company_code, account_code, company_currency_code, currency_code
HAVING sum(balance_amount) <> 0 OR sum(currency_amount) <> 0
ORDER BY company_code, account_code, currency_code

-- name: journal_opening
-- Grain: one opening item, which no entry opened. Inputs: ledger.reference_file, ledger.open_item, ledger.company (in
-- force). Parameters: company, from_date, to_date (null = all), time_zone. Amounts: + debit, - credit. Order: company,
-- date, item_id.
WITH company AS (
    SELECT company_code, currency_code
    FROM ledger.company
    WHERE version = (SELECT max(version) FROM ledger.reference_file WHERE file_name = 'companies.csv')
), item AS (
    SELECT *, coalesce(document_date, day_in($time_zone, opened_at)) AS valid_date,
           CASE WHEN side = 'debit' THEN 1 ELSE -1 END AS sign
    FROM ledger.open_item
    WHERE origin = 'opening' AND status <> 'withdrawn'
)
SELECT item.company_code, item.valid_date, item.account_code, item.open_item_key, item.document_number, item.due_date,
       item.description, coalesce(company.currency_code, item.currency_code) AS company_currency_code,
       item.sign * item.original_amount_company_currency AS balance_amount, item.currency_code,
       item.sign * item.original_amount AS currency_amount
FROM item
LEFT JOIN company USING (company_code)
WHERE ($company IS NULL OR item.company_code = $company)
  AND ($from_date IS NULL OR item.valid_date >= $from_date)
  AND ($to_date IS NULL OR item.valid_date <= $to_date)
ORDER BY item.company_code, item.valid_date, item.item_id

-- name: journal_line
-- Grain: one posting with its entry; an entry without postings has one row without a line. item_keys are the open items
-- that the entry opened, settled or (where it was reversed) once did. Inputs: ledger.reference_file,
-- ledger.journal_entry, ledger.posting, ledger.settlement, ledger.open_item, ledger.file_import,
-- ledger.accounting_reason, ledger.account, ledger.counterparty (in force). Parameters: company, from_date, to_date
-- (null = all). Order: company, date, entry, line.
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
       payee.counterparty_name, posting.company_currency_code,
       posting.debit_amount - posting.credit_amount AS balance_amount,
       posting.currency_code, posting.currency_amount, posting.description, posting.source_line,
       posting.unlinked_reason
FROM entry
LEFT JOIN ledger.posting AS posting USING (entry_id)
LEFT JOIN linked USING (entry_id)
LEFT JOIN reversed USING (entry_id)
LEFT JOIN ledger.file_import AS file_import ON file_import.import_id = entry.import_id
LEFT JOIN reason AS own ON own.company_code = entry.company_code
  AND own.accounting_reason_code = entry.accounting_reason_code
LEFT JOIN reason AS common ON common.company_code IS NULL
  AND common.accounting_reason_code = entry.accounting_reason_code
LEFT JOIN payee ON payee.company_code = entry.company_code AND payee.account_code = posting.account_code
ORDER BY entry.company_code, entry.posting_date, entry.entry_id, posting.line_number
