-- Grain: one account of a company that has entries or opening items: of the chart in force, or only used. first_date is the
-- company's first day. Inputs: ledger.account, ledger.company (in force), ledger.posting, ledger.journal_entry,
-- ledger.open_item. Parameters: company (null = all), time_zone. Order: company, account.
WITH used AS (
    SELECT company_code, account_code FROM ledger.posting
    UNION
    SELECT company_code, account_code FROM ledger.open_item WHERE origin = 'opening' AND status <> 'withdrawn'
), begun AS (
    SELECT company_code, min(first_date) AS first_date
    FROM (
        SELECT company_code, posting_date AS first_date FROM ledger.journal_entry
        UNION ALL
        SELECT company_code, coalesce(document_date, day_in($time_zone, opened_at))
        FROM ledger.open_item
        WHERE origin = 'opening' AND status <> 'withdrawn'
    ) AS dated
    GROUP BY company_code
), chart AS (
    SELECT company_code, account_code, account_name, account_second_name, account_kind
    FROM ledger.account
    WHERE version = (SELECT max(version) FROM ledger.reference_file WHERE file_name = 'chart_of_accounts.csv')
), company AS (
    SELECT company_code, company_name, currency_code
    FROM ledger.company
    WHERE version = (SELECT max(version) FROM ledger.reference_file WHERE file_name = 'companies.csv')
), listed AS (
    SELECT company_code, account_code FROM used
    UNION
    SELECT company_code, account_code FROM chart
)
SELECT listed.company_code, listed.account_code, chart.account_name, chart.account_second_name, chart.account_kind,
       company.company_name, company.currency_code AS company_currency_code, begun.first_date
FROM listed
JOIN begun USING (company_code)
LEFT JOIN chart USING (company_code, account_code)
LEFT JOIN company USING (company_code)
WHERE $company IS NULL OR listed.company_code = $company
ORDER BY listed.company_code, listed.account_code
