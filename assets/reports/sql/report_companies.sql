-- Grain: one company that the reference data named at any time. Inputs: ledger.company, ledger.account.
-- Order: company_code.
SELECT company_code
FROM ledger.company
UNION
SELECT company_code
FROM ledger.account
ORDER BY company_code
