-- Checks over the reports.

-- name: check_subledger
-- Grain: one account whose balance differs from its open items. Input: subledger. Order: company, account.
SELECT company_code, account_code, account_name, company_currency_code, balance_amount, opening_amount, item_amount,
       exchange_amount, unlinked_amount, other_amount, difference_amount
FROM subledger()
WHERE difference_amount <> 0
ORDER BY company_code, account_code

-- name: check_transit
-- Grain: one transit account that is not zero and has an open amount older than the days of the setting transit_days,
-- the oldest first. Inputs: ledger.reference_file, transit_open, ledger.setting (in force); $default_days,
-- $default_zone, $today (null = the present day in the zone of the books).
WITH setting AS (
    SELECT company_code, setting_name, setting_value
    FROM ledger.setting
    WHERE version = (SELECT max(version) FROM ledger.reference_file WHERE file_name = 'settings.csv')
), days AS (
    SELECT company_code, CAST(setting_value AS INTEGER) AS transit_days FROM setting WHERE setting_name = 'transit_days'
), present AS (
    SELECT coalesce(CAST($today AS DATE),
                    day_in(coalesce(max(setting_value), $default_zone), timezone('UTC', now()))) AS today
    FROM setting
    WHERE setting_name = 'time_zone'
), balance AS (
    SELECT company_code, account_code, account_name, min(posting_date) AS oldest_date, count(*) AS open_count,
           sum(balance_amount) AS balance_amount, company_currency_code
    FROM transit_open()
    GROUP BY company_code, account_code, account_name, company_currency_code
    HAVING sum(balance_amount) <> 0
)
SELECT balance.*, coalesce(own.transit_days, common.transit_days, $default_days) AS transit_days
FROM balance
CROSS JOIN present
LEFT JOIN days AS own ON own.company_code = balance.company_code
LEFT JOIN days AS common ON common.company_code IS NULL
WHERE present.today - balance.oldest_date
      > coalesce(own.transit_days, common.transit_days, $default_days)
ORDER BY balance.oldest_date, balance.company_code, balance.account_code, balance.company_currency_code
