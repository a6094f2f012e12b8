-- Grain: one account, with what an export says of it. Inputs: the reference data of the ledger in the versions that were
-- in force before $before (null: that are in force), export_setting. The parts of an Italian IBAN stand in fields of
-- their own.
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
