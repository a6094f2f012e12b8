-- Grain: the open items of one account, side and currency: what their lines in the export have in common, by its number
-- (from 0). Inputs: ledger.open_item, account_detail. account, description and so on are fields of the layout
-- docfinance_open_items.csv; account_rating, delay_days and minor_unit decide what lines say that is their own. An account
-- that is not in the chart of accounts has no description.
CREATE OR REPLACE TEMP TABLE open_item_group AS
SELECT CAST(row_number() OVER (ORDER BY company_code, account_code, side, currency_code) - 1 AS INTEGER) AS group_number,
       company_code AS company,
       account_code AS account,
       item.side,
       currency_code AS currency,
       detail.payment_type,
       '00001' AS sequence_type,
       coalesce(detail.cash_flow_item,
                CASE item.side WHEN 'debit' THEN detail.cash_flow_item_to_collect ELSE detail.cash_flow_item_to_pay END) AS cash_flow_item,
       detail.account_holder_name AS description,
       substr(detail.italian_iban, 6, 5) AS abi,
       substr(detail.italian_iban, 11, 5) AS cab,
       'CO' AS origin,
       substr(detail.italian_iban, 16, 12) AS account_number,
       substr(detail.italian_iban, 5, 1) AS cin,
       substr(detail.italian_iban, 1, 2) AS iban_country,
       substr(detail.italian_iban, 3, 2) AS iban_check_digits,
       detail.iban,
       detail.rating AS account_rating,
       detail.delay_days,
       detail.minor_unit
FROM (
    SELECT DISTINCT company_code, account_code, side, currency_code
    FROM ledger.open_item
    WHERE status = 'open' AND original_amount > settled_amount AND hold_reason IS NULL
) AS item
LEFT JOIN account_detail AS detail USING (company_code, account_code)
