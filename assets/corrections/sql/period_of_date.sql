-- Grain: the accounting period of a company in which a date lies; no row if there is none. Inputs:
-- ledger.accounting_period (the version in force), ledger.reference_file; $company_code, $posting_date.
SELECT period_code, period_status
FROM ledger.accounting_period
WHERE company_code = $company_code AND $posting_date BETWEEN start_date AND end_date
  AND version = (SELECT max(version) FROM ledger.reference_file WHERE file_name = 'accounting_periods.csv')
