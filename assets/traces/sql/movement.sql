-- Grain: one movement: the lines of the file that share company and progressive; key (company, progressive).
-- Inputs: line, rejected_line, company_setting. Invariant: movement_number counts from 1 in the order of the
-- first lines. balance and balance_other_view are what the lines add up to under the company's amount_view
-- and under the other one: zero where the movement balances. is_unnumbered: without numerator and entry (blank or zero), so
-- that movement_key tells it from no other movement of that day and amount (D12).
CREATE OR REPLACE TEMP TABLE movement AS
WITH grouped AS (
    SELECT company, progressive, min(line_number) AS first_line, max(line_number) AS last_line,
           count(*) AS line_count,
           sum(amount_company_currency) AS total, min(operation_date) AS first_date,
           max(operation_date) AS last_date,
           count(*) FILTER (operation_date IS NULL OR amount_company_currency IS NULL) > 0 AS has_gap
    FROM line
    WHERE company IS NOT NULL AND progressive IS NOT NULL
    GROUP BY company, progressive
), rejected AS (
    SELECT DISTINCT company, progressive
    FROM line SEMI JOIN rejected_line USING (line_number)
    WHERE company IS NOT NULL AND progressive IS NOT NULL
)
SELECT row_number() OVER (ORDER BY grouped.first_line) AS movement_number,
       grouped.company, grouped.progressive, grouped.first_line, grouped.line_count,
       grouped.last_line, grouped.last_line - grouped.first_line + 1 = grouped.line_count AS is_contiguous,
       grouped.first_date AS operation_date, grouped.last_date,
       rejected.company IS NOT NULL OR grouped.has_gap AS has_rejected_line,
       first.account AS first_account, first.numerator, first.year, first.entry,
       first.amount_company_currency AS first_amount,
       coalesce(setting.amount_view, 'ledger') AS amount_view,
       CASE WHEN coalesce(setting.amount_view, 'ledger') = 'bank'
            THEN 2 * CAST(first.amount_company_currency AS DECIMAL(38,4)) - grouped.total ELSE grouped.total END AS balance,
       CASE WHEN coalesce(setting.amount_view, 'ledger') = 'bank'
            THEN grouped.total ELSE 2 * CAST(first.amount_company_currency AS DECIMAL(38,4)) - grouped.total END AS balance_other_view,
       concat_ws('|', grouped.company, coalesce(first.numerator, ''), coalesce(first.year, ''),
                 coalesce(CAST(first.entry AS VARCHAR), ''), grouped.first_date,
                 amount_text(first.amount_company_currency), first.account) AS movement_key,
       coalesce(first.numerator, '') = '' AND coalesce(first.entry, 0) = 0 AS is_unnumbered,
       CASE WHEN first.entry IS NOT NULL AND (first.entry <> 0 OR first.numerator IS NOT NULL)
            THEN concat_ws('|', grouped.company, coalesce(first.numerator, ''), coalesce(first.year, ''), first.entry)
            END AS movement_reference
FROM grouped
JOIN line AS first ON first.line_number = grouped.first_line
LEFT JOIN rejected ON rejected.company = grouped.company AND rejected.progressive = grouped.progressive
LEFT JOIN company_setting AS setting ON setting.company_code = grouped.company
