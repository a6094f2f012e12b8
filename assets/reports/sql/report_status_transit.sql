-- Grain: one transit account whose balance is not zero. Inputs: ledger.posting, ledger.account (the version
-- in force), ledger.reference_file. Order: company_code, account_code, company_currency_code.
WITH transit_account AS (
    SELECT company_code, account_code, account_name
    FROM ledger.account
    WHERE account_kind = 'transit'
      AND version = (SELECT max(version) FROM ledger.reference_file WHERE file_name = 'chart_of_accounts.csv')
)
SELECT posting.company_code,
       posting.account_code,
       transit_account.account_name,
       posting.company_currency_code,
       sum(posting.debit_amount - posting.credit_amount) AS balance_amount
FROM ledger.posting
JOIN transit_account USING (company_code, account_code)
GROUP BY posting.company_code, posting.account_code, transit_account.account_name, posting.company_currency_code
HAVING sum(posting.debit_amount - posting.credit_amount) <> 0
ORDER BY posting.company_code, posting.account_code, posting.company_currency_code
