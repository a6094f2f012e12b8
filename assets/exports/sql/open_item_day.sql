-- Grain: one day on which open items of a company are expected, with the rating for so many days overdue. Inputs:
-- ledger.open_item, export_rating; $time_zone. $today decides how many days an item is overdue.
CREATE OR REPLACE TEMP TABLE open_item_day AS
SELECT company_code, expected_date, step.rating
FROM (
    SELECT DISTINCT company_code, coalesce(due_date, document_date, day_in($time_zone, opened_at)) AS expected_date
    FROM ledger.open_item
    WHERE status = 'open' AND original_amount > settled_amount AND hold_reason IS NULL
) AS due
JOIN export_rating AS step USING (company_code)
WHERE step.from_days <= greatest($today::DATE - due.expected_date, 0)
QUALIFY row_number() OVER (PARTITION BY company_code, expected_date ORDER BY step.from_days DESC) = 1
