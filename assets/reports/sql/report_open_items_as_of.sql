-- Grain: one item that was open on a day, as it was known at a moment. Input: open_items_as_of. Parameters: as_of, known_at,
-- company, account (null = all), limit (null = none), time_zone. Order: company, account, due date (without one last), key.
SELECT company_code, account_code, open_item_key, document_number, document_date, due_date, currency_code, original_amount,
       settled_amount, residual_amount, side, description, origin, company_currency_code, residual_amount_company_currency,
       CAST($as_of AS DATE) AS as_of_date, CAST($known_at AS TIMESTAMP) AS known_at
FROM open_items_as_of(CAST($as_of AS DATE), CAST($known_at AS TIMESTAMP), $time_zone)
WHERE ($company IS NULL OR company_code = $company)
  AND ($account IS NULL OR account_code = $account)
ORDER BY company_code, account_code, due_date NULLS LAST, open_item_key
LIMIT $limit
