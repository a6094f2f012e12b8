-- Grain: one transit account that is not zero and has an open amount older than the days of the setting transit_days, the
-- oldest first. Inputs: transit_open, ledger.setting (in force); $default_days, $today (null = the present day).
WITH days AS (
    SELECT company_code, CAST(setting_value AS INTEGER) AS transit_days
    FROM ledger.setting
    WHERE setting_name = 'transit_days'
      AND version = (SELECT max(version) FROM ledger.reference_file WHERE file_name = 'settings.csv')
), balance AS (
    SELECT company_code, account_code, account_name, min(posting_date) AS oldest_date, count(*) AS open_count,
           sum(balance_amount) AS balance_amount, company_currency_code
    FROM transit_open()
    GROUP BY company_code, account_code, account_name, company_currency_code
    HAVING sum(balance_amount) <> 0
)
SELECT balance.*, coalesce(own.transit_days, common.transit_days, $default_days) AS transit_days
FROM balance
LEFT JOIN days AS own ON own.company_code = balance.company_code
LEFT JOIN days AS common ON common.company_code IS NULL
WHERE coalesce(CAST($today AS DATE), current_date) - balance.oldest_date
      > coalesce(own.transit_days, common.transit_days, $default_days)
ORDER BY balance.oldest_date, balance.company_code, balance.account_code, balance.company_currency_code
