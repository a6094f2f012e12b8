-- Grain: one account with open items, or of a customer or supplier. Input: subledger. Parameters: company, account (null =
-- all), limit (null = none). Order: differences first, then company and account.
SELECT *
FROM subledger()
WHERE ($company IS NULL OR company_code = $company)
  AND ($account IS NULL OR account_code = $account)
ORDER BY difference_amount = 0, company_code, account_code
LIMIT $limit
