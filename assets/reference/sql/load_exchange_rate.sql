-- Grain: one row of exchange_rates.csv, in the version that comes into force. Input: incoming.
INSERT INTO ledger.exchange_rate
SELECT $version, currency_code, CAST(rate_date AS DATE), CAST(exchange_rate AS DECIMAL(18,6)),
       company_currency_code
FROM incoming
