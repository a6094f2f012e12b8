-- Grain: one row of accounting_reasons.csv in force. Inputs: ledger.accounting_reason, ledger.reference_file.
CREATE OR REPLACE TEMP TABLE accounting_reason AS
SELECT company_code, accounting_reason_code, accounting_reason_name
FROM ledger.accounting_reason
WHERE version = (SELECT max(version) FROM ledger.reference_file WHERE file_name = 'accounting_reasons.csv')
