-- A table: one account of the chart in force with the counterparty whose it is (null: nobody's). Inputs: ledger.account,
-- ledger.counterparty, ledger.reference_file.
CREATE OR REPLACE TEMP MACRO named_account() AS TABLE
SELECT account.company_code, account.account_code, account.account_name, account.account_kind, account.counterparty_code,
       counterparty.counterparty_name
FROM ledger.account
LEFT JOIN ledger.counterparty
       ON counterparty.counterparty_code = account.counterparty_code
      AND counterparty.version = (SELECT max(version) FROM ledger.reference_file WHERE file_name = 'counterparties.csv')
WHERE account.version = (SELECT max(version) FROM ledger.reference_file WHERE file_name = 'chart_of_accounts.csv')
