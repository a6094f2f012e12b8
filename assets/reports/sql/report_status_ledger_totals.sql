-- Grain: one currency of a company. Input: ledger.posting. Order: company_currency_code.
SELECT company_currency_code,
       count(*) AS posting_count,
       sum(debit_amount) AS debit_total,
       sum(credit_amount) AS credit_total
FROM ledger.posting
GROUP BY company_currency_code
ORDER BY company_currency_code
