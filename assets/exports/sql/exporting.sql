-- Open items as the treasury program takes them.

-- name: export_setting
-- Grain: one company, with the settings of its exports. Input: listed.
CREATE OR REPLACE TEMP TABLE export_setting AS SELECT * FROM listed

-- name: export_rating
-- Grain: one step of a company's ratings: from so many days overdue, this rating. Input: listed.
CREATE OR REPLACE TEMP TABLE export_rating AS SELECT * FROM listed

-- name: registry_line
-- Grain: one line of the export of accounts: an account in force. Input: account_detail; columns are fields of the
-- layout docfinance_registry.csv. What is required and not known is the company's setting missing_text.
SELECT company_code AS company,
       account_code AS account,
       CASE account_kind WHEN 'customer' THEN 'C' WHEN 'supplier' THEN 'F' ELSE '-' END AS account_kind,
       account_holder_name AS description,
       coalesce(nickname, left(short_code, 6)) AS nickname,
       coalesce(address, missing_text) AS address,
       coalesce(postcode, missing_text) AS postcode,
       coalesce(city, missing_text) AS city,
       province,
       country_code AS country,
       rating,
       CASE WHEN account_kind IN ('customer', 'supplier') THEN CAST(delay_days AS BIGINT) END AS delay_days,
       CASE WHEN iban IS NOT NULL OR italian_iban IS NOT NULL THEN '-01' END AS commercial_line,
       substr(italian_iban, 16, 12) AS account_number,
       substr(italian_iban, 6, 5) AS abi,
       substr(italian_iban, 11, 5) AS cab,
       CASE WHEN length(tax_code) <= 16 THEN tax_code END AS fiscal_code,
       substr(italian_iban, 5, 1) AS cin,
       substr(italian_iban, 1, 2) AS iban_country,
       substr(italian_iban, 3, 2) AS iban_check_digits,
       iban,
       CASE account_kind WHEN 'customer' THEN coalesce(cash_flow_item, cash_flow_item_to_collect)
                         WHEN 'supplier' THEN coalesce(cash_flow_item, cash_flow_item_to_pay) END AS cash_flow_item,
       vat_number
FROM account_detail
ORDER BY company_code, account_code

-- name: changed_registry_line
-- Grain: one line of the registry that is new or reads otherwise than before. Inputs: present_line, earlier_line.
SELECT * FROM present_line
EXCEPT
SELECT * FROM earlier_line
ORDER BY company, account

-- name: open_item_group
-- Grain: the open items of one account, side and currency: what their lines in the export have in common, by its number
-- (from 0). Inputs: ledger.open_item, account_detail. account, description and so on are fields of the layout
-- docfinance_open_items.csv; account_rating, delay_days and minor_unit decide what lines say that is their own. An
-- account that is not in the chart of accounts has no description.
CREATE OR REPLACE TEMP TABLE open_item_group AS
SELECT CAST(row_number() OVER (ORDER BY company_code, account_code, side, currency_code) - 1 AS INTEGER)
    AS group_number,
       company_code AS company,
       account_code AS account,
       item.side,
       currency_code AS currency,
       detail.payment_type,
       '00001' AS sequence_type,
       coalesce(detail.cash_flow_item,
                CASE item.side WHEN 'debit' THEN detail.cash_flow_item_to_collect
                     ELSE detail.cash_flow_item_to_pay END) AS cash_flow_item,
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

-- name: open_item_day
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

-- name: open_item_group_line
-- Grain: one group of open items, at the place of its number. Input: open_item_group.
SELECT * FROM open_item_group ORDER BY group_number

-- name: open_item_line
-- Grain: one line of the export of open items: an open item with a residual that is not held. Inputs: ledger.open_item,
-- open_item_group, open_item_day, withheld_left; $time_zone. group_number says what the line has in common with others;
-- the other columns are fields of the layout docfinance_open_items.csv. Invariant: amounts are + to collect, - to pay;
-- amount_company_currency is what is left of the original amount when the settled part is taken away in proportion, in
-- whole numbers, since dividing decimals would pass through a float.
WITH item AS (
    SELECT *, CAST(original_amount - settled_amount AS DECIMAL(18,4)) AS residual_amount,
           coalesce(due_date, document_date, day_in($time_zone, opened_at)) AS expected_date
    FROM ledger.open_item
    WHERE status = 'open' AND original_amount > settled_amount AND hold_reason IS NULL
)
SELECT common.group_number,
       CAST(CASE item.side WHEN 'debit' THEN 1 ELSE -1 END * (item.residual_amount - coalesce(withheld.left_amount, 0))
            AS DECIMAL(18,4)) AS amount,
       CASE WHEN item.original_amount = item.original_amount_company_currency THEN CAST(1 AS DECIMAL(18,4))
            ELSE CAST(CAST(
                (2000 * CAST(item.original_amount * 10000 AS HUGEINT)
                 + CAST(item.original_amount_company_currency * 10000 AS HUGEINT))
                // (2 * CAST(item.original_amount_company_currency * 10000 AS HUGEINT)) AS DECIMAL(38,0)) * 0.001
                    AS DECIMAL(18,4))
            END AS exchange_rate,
       CAST(CASE item.side WHEN 'debit' THEN 1 ELSE -1 END * CASE
            WHEN item.original_amount = item.original_amount_company_currency THEN item.residual_amount
                - coalesce(withheld.left_amount, 0)
            WHEN item.settled_amount = 0 THEN item.original_amount_company_currency
            ELSE item.original_amount_company_currency - CAST(
                (2 * CAST(item.original_amount_company_currency * 10000
                          AS HUGEINT) * CAST(item.settled_amount * 10000 AS HUGEINT)
                 + CAST(item.original_amount * 10000 AS HUGEINT) * common.minor_unit)
                // (2 * CAST(item.original_amount * 10000 AS HUGEINT) * common.minor_unit) * common.minor_unit
                    AS DECIMAL(38,0)) * 0.0001
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

-- name: company_in_force
-- Grain: one company in force. Inputs: ledger.company, ledger.reference_file.
SELECT company_code, currency_code
FROM ledger.company
WHERE version = (SELECT max(version) FROM ledger.reference_file WHERE file_name = 'companies.csv')
ORDER BY company_code

-- name: account_detail
-- Grain: one account, with what an export says of it. Inputs: ledger.account, ledger.company, ledger.counterparty,
-- ledger.reference_file, ledger.treasury_account, the reference data of the ledger in the versions that were in force
-- before $before (null: that are in force), export_setting. The parts of an Italian IBAN stand in fields of their own.
CREATE OR REPLACE TEMP TABLE account_detail AS
WITH in_force AS (
    SELECT file_name, max(version) AS version
    FROM ledger.reference_file
    WHERE $before::TIMESTAMP IS NULL OR loaded_at < $before::TIMESTAMP
    GROUP BY file_name
),
account AS (
    SELECT * FROM ledger.account JOIN in_force USING (version) WHERE file_name = 'chart_of_accounts.csv'
),
company AS (
    SELECT * FROM ledger.company JOIN in_force USING (version) WHERE file_name = 'companies.csv'
),
counterparty AS (
    SELECT * FROM ledger.counterparty JOIN in_force USING (version) WHERE file_name = 'counterparties.csv'
),
treasury_account AS (
    SELECT * FROM ledger.treasury_account JOIN in_force USING (version) WHERE file_name = 'treasury_accounts.csv'
),
named AS (
    SELECT account.company_code, account.account_code, account.account_kind,
           coalesce(party.counterparty_name, account.account_name) AS account_holder_name,
           coalesce(party.country_code, company.country_code) AS country_code,
           party.vat_number, party.tax_code, upper(replace(party.iban, ' ', '')) AS iban,
           coalesce(party.counterparty_code, account.account_code) AS short_code,
           own.payment_type, own.cash_flow_item, own.rating, own.delay_days, own.nickname, own.address, own.postcode,
           own.city, own.province, company.currency_code AS company_currency_code
    FROM account
    JOIN company USING (company_code)
    LEFT JOIN counterparty AS party USING (counterparty_code)
    LEFT JOIN treasury_account AS own USING (company_code, account_code)
)
SELECT named.* REPLACE (
           coalesce(named.payment_type, setting.payment_type) AS payment_type,
           coalesce(named.delay_days, setting.delay_days) AS delay_days,
           CASE WHEN NOT regexp_full_match(iban, 'IT[0-9]{2}[A-Z][0-9]{10}[0-9A-Z]{12}') THEN iban END AS iban),
       CASE WHEN regexp_full_match(iban, 'IT[0-9]{2}[A-Z][0-9]{10}[0-9A-Z]{12}') THEN iban END AS italian_iban,
       setting.cash_flow_item_to_collect, setting.cash_flow_item_to_pay, setting.missing_text, setting.minor_unit
FROM named
JOIN export_setting AS setting USING (company_code)

-- name: withheld_left
-- Grain: one opening item of which something is still to be withheld when it is paid, so that the treasury has less to
-- pay (E05). left_amount is in the currency of the item, which is that of its company. Inputs: ledger.open_item,
-- ledger.item_withholding and ledger.company (in force), ledger.reference_file, ledger.settlement (withholdings that
-- stand).
CREATE OR REPLACE TEMP TABLE withheld_left AS
WITH item AS (
    SELECT item.item_id, item.original_amount - item.settled_amount AS residual_amount, rule.withholding_amount
    FROM ledger.open_item AS item
    JOIN ledger.item_withholding AS rule ON rule.company_code = item.company_code
      AND rule.open_item_key = item.open_item_key
    JOIN ledger.company AS company ON company.company_code = item.company_code
    WHERE rule.version = (SELECT max(version) FROM ledger.reference_file WHERE file_name = 'item_withholding.csv')
      AND company.version = (SELECT max(version) FROM ledger.reference_file WHERE file_name = 'companies.csv')
      AND item.status = 'open' AND item.side = 'credit' AND item.currency_code = company.currency_code
      AND item.original_amount > rule.withholding_amount
), booked AS (
    SELECT item_id, sum(amount) AS amount
    FROM ledger.settlement SEMI JOIN item USING (item_id)
    WHERE matching_rule = 'withholding' AND undone_at IS NULL
    GROUP BY item_id
)
SELECT item.item_id, CAST(item.withholding_amount - coalesce(booked.amount, 0) AS DECIMAL(18,4)) AS left_amount
FROM item
LEFT JOIN booked USING (item_id)
WHERE item.withholding_amount > coalesce(booked.amount, 0)
  AND item.residual_amount > item.withholding_amount - coalesce(booked.amount, 0)

-- name: exportable_totals
-- Grain: one company, currency and side: how many items are open and not held, and what of them is to be paid or
-- collected, net of what is withheld. Inputs: ledger.open_item, withheld_left. It is counted apart from the lines,
-- which have to come to the same.
SELECT item.company_code, item.currency_code, item.side, count(*) AS open_item_count,
       sum(item.original_amount - item.settled_amount) - coalesce(sum(withheld.left_amount), 0) AS residual_amount
FROM ledger.open_item AS item
LEFT JOIN withheld_left AS withheld USING (item_id)
WHERE item.status = 'open' AND item.hold_reason IS NULL
GROUP BY item.company_code, item.currency_code, item.side
ORDER BY item.company_code, item.currency_code, item.side

-- name: delete_exported_items
-- Grain: one item of the export before that is open no longer or reads otherwise now. Inputs: ledger.exported_item,
-- changed_item.
DELETE FROM ledger.exported_item
WHERE (company_code, open_item_key) IN (
    SELECT company_code, open_item_key FROM changed_item WHERE exported_account_code IS NOT NULL
)

-- name: insert_exported_item
-- Grain: one open item as the treasury knows it after this export, of those that it did not know so before. With those
-- that stay they are all open items with a residual, which is what was exported. Input: changed_item. Invariant:
-- (company_code, open_item_key) is unique, as in ledger.open_item; what was known of an item is deleted before.
INSERT INTO ledger.exported_item
SELECT company_code, open_item_key, account_code, side, currency_code, residual_amount
FROM changed_item
WHERE account_code IS NOT NULL

-- name: insert_treasury_export
-- Grain: one export that replaced its file. Input: ledger.reference_file.
INSERT INTO ledger.treasury_export
SELECT $export_id, $export_kind, $file_name, $export_form, $since, $byte_count, $row_count,
       (SELECT coalesce(max(version), 0) FROM ledger.reference_file), $run_id, $now

-- name: insert_treasury_export_total
-- Grain: one company, currency and side of an export. Input: export_total.
INSERT INTO ledger.treasury_export_total
SELECT $export_id, company_code, currency_code, side, open_item_count, residual_total FROM export_total

-- name: insert_treasury_export_text
-- Grain: one field of an export in which something was replaced or cut. Input: export_text.
INSERT INTO ledger.treasury_export_text
SELECT $export_id, field, replaced_character_count, cut_value_count FROM export_text
