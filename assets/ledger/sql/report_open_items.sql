-- Grain: one open item. Input: ledger.open_item. Parameters: company, account (null = all), status (null =
-- all), limit (null = none). Order: company, account, due date (without one last), key.
SELECT company_code, account_code, open_item_key, document_number, due_date, currency_code, original_amount,
       settled_amount, original_amount - settled_amount AS residual_amount, status, side, description, origin, hold_reason
FROM ledger.open_item
WHERE ($company IS NULL OR company_code = $company)
  AND ($account IS NULL OR account_code = $account)
  AND ($status IS NULL OR status = $status)
ORDER BY company_code, account_code, due_date NULLS LAST, open_item_key
LIMIT $limit
