-- What narrows lists.

-- name: named_account
-- A table: one account of the chart in force with the counterparty whose it is (null: nobody's). Inputs:
-- ledger.account, ledger.counterparty, ledger.reference_file.
CREATE OR REPLACE TEMP MACRO named_account() AS TABLE
SELECT account.company_code, account.account_code, account.account_name, account.account_kind,
       account.counterparty_code,
       counterparty.counterparty_name
FROM ledger.account
LEFT JOIN ledger.counterparty
       ON counterparty.counterparty_code = account.counterparty_code
      AND counterparty.version = (SELECT max(version) FROM ledger.reference_file WHERE file_name = 'counterparties.csv')
WHERE account.version = (SELECT max(version) FROM ledger.reference_file WHERE file_name = 'chart_of_accounts.csv')

-- name: has_words
-- A macro: whether every word of a text stands in a name, in any order; case and accents do not matter. False for a
-- name that is missing.
CREATE OR REPLACE TEMP MACRO has_words(name, asked) AS
    name IS NOT NULL AND len(list_filter(string_split(strip_accents(lower(asked)), ' '),
                                         lambda word: NOT contains(strip_accents(lower(name)), word))) = 0

-- name: account_of_party
-- Grain: one account by whose code or name, or whose counterparty's, a counterparty is meant. Inputs: named_account,
-- has_words. Parameter: asked_counterparty.
SELECT company_code, account_code
FROM named_account()
WHERE lower(counterparty_code) = lower($asked_counterparty) OR lower(account_code) = lower($asked_counterparty)
   OR has_words(counterparty_name, $asked_counterparty) OR has_words(account_name, $asked_counterparty)
