-- Grain: one opening item, which no entry opened. Inputs: ledger.open_item, ledger.company (in force). Parameters: company,
-- from_date, to_date (null = all), time_zone. Amounts: + debit, - credit. Order: company, date, item_id.
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
