-- Grain: one company in force. Inputs: ledger.company, ledger.reference_file.
SELECT company_code, currency_code
FROM ledger.company
WHERE version = (SELECT max(version) FROM ledger.reference_file WHERE file_name = 'companies.csv')
ORDER BY company_code
