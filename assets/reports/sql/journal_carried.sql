-- Grain: one account and currency with what it stood at before a date, opening items included. Inputs: ledger.posting,
-- ledger.open_item, ledger.company (in force). Parameters: company (null = all), from_date, time_zone. Amounts: + debit, - credit.
-- Order: company, account, currency.
WITH company AS (
    SELECT company_code, currency_code
    FROM ledger.company
    WHERE version = (SELECT max(version) FROM ledger.reference_file WHERE file_name = 'companies.csv')
), before AS (
    SELECT company_code, account_code, company_currency_code, debit_amount - credit_amount AS balance_amount, currency_code,
           currency_amount
    FROM ledger.posting
    WHERE posting_date < $from_date
    UNION ALL
    SELECT item.company_code, item.account_code, coalesce(company.currency_code, item.currency_code),
           CASE WHEN item.side = 'debit' THEN item.original_amount_company_currency ELSE -item.original_amount_company_currency END,
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
