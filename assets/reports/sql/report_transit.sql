-- Grain: one amount on a transit account to which nothing answers yet. Input: transit_open. Parameters: company, account
-- (null = all), limit (null = none). Order: company, account, then the oldest first.
SELECT company_code, account_code, account_name, posting_date, entry_id, balance_amount, company_currency_code, currency_amount,
       currency_code, description
FROM transit_open()
WHERE ($company IS NULL OR company_code = $company)
  AND ($account IS NULL OR account_code = $account)
ORDER BY company_code, account_code, posting_date, entry_id, currency_code
LIMIT $limit
