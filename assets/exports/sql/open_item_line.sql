-- Grain: one line of the export of open items: an open item with a residual that is not held. Inputs: ledger.open_item, open_item_group,
-- open_item_day, withheld_left; $time_zone. group_number says what the line has in common with others; the other columns are fields of the layout
-- docfinance_open_items.csv. Invariant: amounts are + to collect, - to pay; amount_company_currency is what is left of
-- the original amount when the settled part is taken away in proportion, in whole numbers, since dividing decimals
-- would pass through a float.
WITH item AS (
    SELECT *, CAST(original_amount - settled_amount AS DECIMAL(18,4)) AS residual_amount,
           coalesce(due_date, document_date, day_in($time_zone, opened_at)) AS expected_date
    FROM ledger.open_item
    WHERE status = 'open' AND original_amount > settled_amount AND hold_reason IS NULL
)
SELECT common.group_number,
       CAST(CASE item.side WHEN 'debit' THEN 1 ELSE -1 END * (item.residual_amount - coalesce(withheld.left_amount, 0)) AS DECIMAL(18,4)) AS amount,
       CASE WHEN item.original_amount = item.original_amount_company_currency THEN CAST(1 AS DECIMAL(18,4))
            ELSE CAST(CAST(
                (2000 * CAST(item.original_amount * 10000 AS HUGEINT)
                 + CAST(item.original_amount_company_currency * 10000 AS HUGEINT))
                // (2 * CAST(item.original_amount_company_currency * 10000 AS HUGEINT)) AS DECIMAL(38,0)) * 0.001 AS DECIMAL(18,4))
            END AS exchange_rate,
       CAST(CASE item.side WHEN 'debit' THEN 1 ELSE -1 END * CASE
            WHEN item.original_amount = item.original_amount_company_currency THEN item.residual_amount - coalesce(withheld.left_amount, 0)
            WHEN item.settled_amount = 0 THEN item.original_amount_company_currency
            ELSE item.original_amount_company_currency - CAST(
                (2 * CAST(item.original_amount_company_currency * 10000 AS HUGEINT) * CAST(item.settled_amount * 10000 AS HUGEINT)
                 + CAST(item.original_amount * 10000 AS HUGEINT) * common.minor_unit)
                // (2 * CAST(item.original_amount * 10000 AS HUGEINT) * common.minor_unit) * common.minor_unit AS DECIMAL(38,0)) * 0.0001
            END AS DECIMAL(18,4)) AS amount_company_currency,
       coalesce(common.account_rating, day.rating) AS rating,
       item.expected_date AS due_date,
       item.expected_date + common.delay_days AS value_date,
       coalesce(item.document_number, item.open_item_key) AS document_number,
       item.open_item_key,
       item.document_date,
       item.description AS notes
FROM item
JOIN open_item_group AS common
    ON common.company = item.company_code AND common.account = item.account_code AND common.side = item.side
   AND common.currency = item.currency_code
LEFT JOIN withheld_left AS withheld USING (item_id)
LEFT JOIN open_item_day AS day ON day.company_code = item.company_code AND day.expected_date = item.expected_date
ORDER BY item.item_id
