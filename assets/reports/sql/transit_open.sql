-- A table: one entry's amount on a transit account to which nothing answers yet, + debit, - credit. What was booked until the
-- last day at whose end account and currency stood at zero is done with; of the rest, amounts of opposite sides that are
-- equal in both currencies are paired in the order of date and entry. Entries that count no longer are left out with their
-- reversals. Inputs: ledger.posting, ledger.account (in force), ledger.reversed_entry. Invariant: per account and currency
-- the rows add up to the balance.
CREATE OR REPLACE TEMP MACRO transit_open() AS TABLE
WITH transit_account AS (
    SELECT company_code, account_code, account_name
    FROM ledger.account
    WHERE account_kind = 'transit'
      AND version = (SELECT max(version) FROM ledger.reference_file WHERE file_name = 'chart_of_accounts.csv')
), uncounted AS (
    SELECT entry_id FROM ledger.reversed_entry
    UNION
    SELECT reversal_entry_id FROM ledger.reversed_entry
), booked AS (
    SELECT posting.company_code, posting.account_code, transit_account.account_name, posting.company_currency_code,
           posting.currency_code, posting.posting_date, posting.entry_id, min(posting.description) AS description,
           sum(posting.debit_amount - posting.credit_amount) AS balance_amount, sum(posting.currency_amount) AS currency_amount
    FROM ledger.posting AS posting
    JOIN transit_account USING (company_code, account_code)
    ANTI JOIN uncounted USING (entry_id)
    GROUP BY posting.company_code, posting.account_code, transit_account.account_name, posting.company_currency_code,
             posting.currency_code, posting.posting_date, posting.entry_id
    HAVING sum(posting.debit_amount - posting.credit_amount) <> 0 OR sum(posting.currency_amount) <> 0
), running AS (
    SELECT company_code, account_code, company_currency_code, currency_code, posting_date,
           sum(balance_amount) OVER until_day AS balance_after, sum(currency_amount) OVER until_day AS currency_after
    FROM booked
    WINDOW until_day AS (PARTITION BY company_code, account_code, company_currency_code, currency_code
                         ORDER BY posting_date RANGE BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)
), zero AS (
    SELECT company_code, account_code, company_currency_code, currency_code, max(posting_date) AS zero_date
    FROM running
    WHERE balance_after = 0 AND currency_after = 0
    GROUP BY company_code, account_code, company_currency_code, currency_code
), since AS (
    SELECT booked.*,
           balance_amount > 0 OR (balance_amount = 0 AND currency_amount > 0) AS is_debit,
           abs(balance_amount) AS size, abs(currency_amount) AS currency_size
    FROM booked
    LEFT JOIN zero USING (company_code, account_code, company_currency_code, currency_code)
    WHERE zero.zero_date IS NULL OR booked.posting_date > zero.zero_date
), paired AS (
    SELECT *,
           row_number() OVER (PARTITION BY company_code, account_code, company_currency_code, currency_code, size, currency_size,
                                           is_debit ORDER BY posting_date, entry_id) AS place,
           sum(CASE WHEN is_debit THEN 1 ELSE 0 END) OVER equal_size AS debit_count,
           sum(CASE WHEN is_debit THEN 0 ELSE 1 END) OVER equal_size AS credit_count
    FROM since
    WINDOW equal_size AS (PARTITION BY company_code, account_code, company_currency_code, currency_code, size, currency_size)
)
SELECT company_code, account_code, account_name, posting_date, entry_id, balance_amount, company_currency_code, currency_amount,
       currency_code, description
FROM paired
WHERE place > CASE WHEN is_debit THEN credit_count ELSE debit_count END
