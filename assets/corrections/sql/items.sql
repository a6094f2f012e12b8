-- Items and payments made by hand.

-- name: payment
-- Grain: one posting, with what is unlinked of it in the company's currency, and what of it settled items in its own
-- currency. Inputs: ledger.posting, ledger.settlement, ledger.open_item, ledger.reversed_entry; $entry_id,
-- $line_number.
SELECT posting.entry_id, posting.line_number, posting.company_code, posting.account_code, posting.posting_date,
       posting.accounting_reason_code, posting.company_currency_code, posting.currency_code, posting.description,
       posting.import_id,
       CASE WHEN posting.debit_amount > 0 THEN 'debit' ELSE 'credit' END AS side,
       posting.debit_amount + posting.credit_amount AS company_amount,
       posting.debit_amount + posting.credit_amount - posting.linked_amount AS unlinked_company_amount,
       abs(posting.currency_amount) - coalesce((
           SELECT sum(settlement.amount)
           FROM ledger.settlement AS settlement
           JOIN ledger.open_item AS item USING (item_id)
           WHERE settlement.entry_id = posting.entry_id AND settlement.line_number = posting.line_number
             AND settlement.undone_at IS NULL AND item.currency_code = posting.currency_code), 0) AS unlinked_amount,
       abs(posting.currency_amount) AS currency_amount,
       EXISTS (SELECT 1
               FROM ledger.settlement AS settlement
               JOIN ledger.open_item AS item USING (item_id)
               WHERE settlement.entry_id = posting.entry_id AND settlement.line_number = posting.line_number
                 AND settlement.undone_at IS NULL
                 AND item.currency_code <> posting.currency_code) AS has_other_currency,
       posting.unlinked_reason, reversed.reversal_entry_id
FROM ledger.posting AS posting
LEFT JOIN ledger.reversed_entry AS reversed ON reversed.entry_id = posting.entry_id
WHERE posting.entry_id = $entry_id AND posting.line_number = $line_number

-- name: item_to_settle
-- Grain: one open item by its key, as it stands, with the currency of its company and the counterparty of its account.
-- Inputs: ledger.open_item, ledger.company (the version in force), ledger.account, ledger.reference_file;
-- $company_code, $open_item_key.
SELECT item.item_id, item.company_code, item.account_code, item.open_item_key, item.side, item.currency_code,
       item.original_amount, item.original_amount_company_currency, item.settled_amount,
       item.settled_amount_company_currency,
       item.original_amount - item.settled_amount AS residual_amount, item.status, item.description,
       company.currency_code AS company_currency_code, account.counterparty_code
FROM ledger.open_item AS item
JOIN ledger.company AS company
  ON company.company_code = item.company_code
 AND company.version = (SELECT max(version) FROM ledger.reference_file WHERE file_name = 'companies.csv')
LEFT JOIN ledger.account AS account
  ON account.company_code = item.company_code AND account.account_code = item.account_code
 AND account.version = (SELECT max(version) FROM ledger.reference_file WHERE file_name = 'chart_of_accounts.csv')
WHERE item.company_code = $company_code AND item.open_item_key = $open_item_key

-- name: period_of_date
-- Grain: the accounting period of a company in which a date lies; no row if there is none. Inputs:
-- ledger.accounting_period (the version in force), ledger.reference_file; $company_code, $posting_date.
SELECT period_code, period_status
FROM ledger.accounting_period
WHERE company_code = $company_code AND $posting_date BETWEEN start_date AND end_date
  AND version = (SELECT max(version) FROM ledger.reference_file WHERE file_name = 'accounting_periods.csv')
