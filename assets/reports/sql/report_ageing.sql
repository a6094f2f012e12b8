-- Grain: one company, account, side and currency with items that were open on a day, as known at a moment; how much of the
-- residual was so many days overdue. Input: open_items_as_of. Parameters: as_of, known_at, company, account (null = all),
-- limit (null = none), time_zone. Invariant: the parts add up to total_amount. Order: company, account, side, currency.
WITH item AS (
    SELECT *, CAST($as_of AS DATE) - due_date AS overdue_days
    FROM open_items_as_of(CAST($as_of AS DATE), CAST($known_at AS TIMESTAMP), $time_zone)
    WHERE ($company IS NULL OR company_code = $company)
      AND ($account IS NULL OR account_code = $account)
)
SELECT company_code, account_code, side, currency_code, count(*) AS item_count,
       sum(CASE WHEN overdue_days <= 0 THEN residual_amount ELSE 0 END) AS not_due_amount,
       sum(CASE WHEN overdue_days BETWEEN 1 AND 30 THEN residual_amount ELSE 0 END) AS overdue_1_to_30_amount,
       sum(CASE WHEN overdue_days BETWEEN 31 AND 60 THEN residual_amount ELSE 0 END) AS overdue_31_to_60_amount,
       sum(CASE WHEN overdue_days BETWEEN 61 AND 90 THEN residual_amount ELSE 0 END) AS overdue_61_to_90_amount,
       sum(CASE WHEN overdue_days > 90 THEN residual_amount ELSE 0 END) AS overdue_over_90_amount,
       sum(CASE WHEN due_date IS NULL THEN residual_amount ELSE 0 END) AS without_due_date_amount,
       sum(residual_amount) AS total_amount,
       company_currency_code, sum(residual_amount_company_currency) AS total_amount_company_currency,
       CAST($as_of AS DATE) AS as_of_date, CAST($known_at AS TIMESTAMP) AS known_at
FROM item
GROUP BY company_code, account_code, side, currency_code, company_currency_code
ORDER BY company_code, account_code, side, currency_code
LIMIT $limit
