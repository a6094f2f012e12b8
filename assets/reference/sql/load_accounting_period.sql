-- Grain: one row of accounting_periods.csv, in the version that comes into force. Input: incoming.
INSERT INTO ledger.accounting_period
SELECT $version, company_code, period_code, CAST(start_date AS DATE), CAST(end_date AS DATE), period_status
FROM incoming
