-- Grain: one transit account on which something stays open. Input: transit_open. Parameters: company, account (null = all).
-- Order: company, account, company_currency_code.
SELECT company_code, account_code, account_name, count(*) AS open_count, min(posting_date) AS oldest_date,
       sum(balance_amount) AS balance_amount, company_currency_code
FROM transit_open()
WHERE ($company IS NULL OR company_code = $company)
  AND ($account IS NULL OR account_code = $account)
GROUP BY company_code, account_code, account_name, company_currency_code
ORDER BY company_code, account_code, company_currency_code
