-- Grain: one row of exchange_rates.csv in force. Inputs: ledger.exchange_rate, ledger.reference_file.
CREATE OR REPLACE TEMP TABLE exchange_rate AS
SELECT currency_code, rate_date, exchange_rate, company_currency_code
FROM ledger.exchange_rate
WHERE version = (SELECT max(version) FROM ledger.reference_file WHERE file_name = 'exchange_rates.csv')
