-- Accounts that may be used.

-- name: active_account
-- Grain: one active account of a company with this code, in the version in force. Inputs: ledger.account,
-- ledger.reference_file; $company_code, $account_code.
SELECT account_code
FROM ledger.account
WHERE company_code = $company_code AND account_code = $account_code AND is_active
  AND version = (SELECT max(version) FROM ledger.reference_file WHERE file_name = 'chart_of_accounts.csv')
