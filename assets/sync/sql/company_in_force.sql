-- Grain: one company of the reference data in force. Inputs: ledger.company, ledger.reference_file.
SELECT company_code
FROM ledger.company
WHERE version = (SELECT max(version) FROM ledger.reference_file WHERE file_name = 'companies.csv')
ORDER BY company_code
