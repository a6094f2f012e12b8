-- Grain: one row of accounting_periods.csv in force. Inputs: ledger.accounting_period, ledger.reference_file.
CREATE OR REPLACE TEMP TABLE accounting_period AS
SELECT company_code, period_code, start_date, end_date, period_status
FROM ledger.accounting_period
WHERE version = (SELECT max(version) FROM ledger.reference_file WHERE file_name = 'accounting_periods.csv')
