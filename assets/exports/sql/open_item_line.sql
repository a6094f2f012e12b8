-- Grain: one line of the export of open items: an open item with a residual. Inputs: ledger.open_item,
-- account_detail, export_rating, withheld_left; columns are fields of the layout docfinance_open_items.csv. $today decides how many
-- days an item is overdue. Invariant: amounts are + to collect, - to pay; amount_company_currency is what is left of
-- the original amount when the settled part is taken away in proportion, in whole numbers, since dividing decimals
-- would pass through a float. An item whose account is not in the chart of accounts has no description.
WITH item AS (
    SELECT *, original_amount - settled_amount AS residual_amount, CASE side WHEN 'debit' THEN 1 ELSE -1 END AS direction,
           coalesce(due_date, document_date, CAST(opened_at AS DATE)) AS expected_date
    FROM ledger.open_item
    WHERE status = 'open' AND original_amount > settled_amount
),
day AS (
    SELECT company_code, expected_date, step.rating
    FROM (SELECT DISTINCT company_code, expected_date FROM item) AS due
    JOIN export_rating AS step USING (company_code)
    WHERE step.from_days <= greatest($today::DATE - due.expected_date, 0)
    QUALIFY row_number() OVER (PARTITION BY company_code, expected_date ORDER BY step.from_days DESC) = 1
)
SELECT detail.payment_type,
       CAST(item.direction * (item.residual_amount - coalesce(withheld.left_amount, 0)) AS DECIMAL(18,4)) AS amount,
       item.currency_code AS currency,
       CASE WHEN item.original_amount = item.original_amount_company_currency THEN CAST(1 AS DECIMAL(18,4))
            ELSE CAST(CAST(
                (2000 * CAST(item.original_amount * 10000 AS HUGEINT)
                 + CAST(item.original_amount_company_currency * 10000 AS HUGEINT))
                // (2 * CAST(item.original_amount_company_currency * 10000 AS HUGEINT)) AS DECIMAL(38,0)) * 0.001 AS DECIMAL(18,4))
            END AS exchange_rate,
       CAST(item.direction * CASE
            WHEN item.original_amount = item.original_amount_company_currency THEN item.residual_amount - coalesce(withheld.left_amount, 0)
            WHEN item.settled_amount = 0 THEN item.original_amount_company_currency
            ELSE item.original_amount_company_currency - CAST(
                (2 * CAST(item.original_amount_company_currency * 10000 AS HUGEINT) * CAST(item.settled_amount * 10000 AS HUGEINT)
                 + CAST(item.original_amount * 10000 AS HUGEINT) * detail.minor_unit)
                // (2 * CAST(item.original_amount * 10000 AS HUGEINT) * detail.minor_unit) * detail.minor_unit AS DECIMAL(38,0)) * 0.0001
            END AS DECIMAL(18,4)) AS amount_company_currency,
       '00001' AS sequence_type,
       coalesce(detail.rating, day.rating) AS rating,
       item.expected_date AS due_date,
       item.expected_date + detail.delay_days AS value_date,
       coalesce(detail.cash_flow_item,
                CASE item.side WHEN 'debit' THEN detail.cash_flow_item_to_collect ELSE detail.cash_flow_item_to_pay END) AS cash_flow_item,
       item.account_code AS account,
       detail.account_holder_name AS description,
       substr(detail.italian_iban, 6, 5) AS abi,
       substr(detail.italian_iban, 11, 5) AS cab,
       'CO' AS origin,
       coalesce(item.document_number, item.open_item_key) AS document_number,
       item.open_item_key,
       item.company_code AS company,
       substr(detail.italian_iban, 16, 12) AS account_number,
       substr(detail.italian_iban, 5, 1) AS cin,
       substr(detail.italian_iban, 1, 2) AS iban_country,
       substr(detail.italian_iban, 3, 2) AS iban_check_digits,
       item.document_date,
       item.description AS notes,
       detail.iban
FROM item
LEFT JOIN account_detail AS detail USING (company_code, account_code)
LEFT JOIN withheld_left AS withheld USING (item_id)
LEFT JOIN day ON day.company_code = item.company_code AND day.expected_date = item.expected_date
ORDER BY item.item_id
