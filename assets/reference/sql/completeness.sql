-- What the reference data still lack.

-- name: lacking
-- Grain: one thing that a company's reference data lack before something can be booked, as a sentence. Inputs: the
-- frames company, account, accounting_reason, accounting_period, counterparty, setting. Reasons of entries are those of
-- the settings, a company's own first.
WITH wanted AS (
    SELECT company.company_code, kind.account_kind, kind.place, kind.needed_for
    FROM company
    CROSS JOIN (VALUES ('bank', 3, 'payments'), ('supplier', 4, 'purchase invoices'), ('customer', 5, 'sales invoices'),
                       ('other', 6, 'costs and revenues')) AS kind (account_kind, place, needed_for)
), reason_wanted AS (
    SELECT company.company_code, reason.needed_for,
           coalesce(
               (SELECT setting_value FROM setting WHERE setting_name = reason.setting_name
                  AND setting.company_code = company.company_code),
               (SELECT setting_value FROM setting WHERE setting_name = reason.setting_name
                  AND setting.company_code IS NULL),
               reason.default_code) AS accounting_reason_code
    FROM company
    CROSS JOIN (VALUES ('invoice_reason', 'FTAC', 'purchase invoices'), ('sales_reason', 'FTVE', 'sales invoices'))
         AS reason (setting_name, default_code, needed_for)
)
SELECT sentence FROM (
    SELECT 1 AS place, '' AS company_code, 'companies.csv has no company yet' AS sentence
    WHERE NOT EXISTS (SELECT 1 FROM company)
    UNION ALL
    SELECT 2, company_code, 'accounting_periods.csv has no open period of ' || company_code || ': nothing can be booked'
    FROM company
    WHERE NOT EXISTS (SELECT 1 FROM accounting_period AS period
                      WHERE period.company_code = company.company_code AND period.period_status = 'open')
    UNION ALL
    SELECT wanted.place, wanted.company_code,
           'chart_of_accounts.csv has no account of kind ' || wanted.account_kind || ' of ' || wanted.company_code
               || ', for '
           || wanted.needed_for
    FROM wanted
    WHERE NOT EXISTS (SELECT 1 FROM account
                      WHERE account.company_code = wanted.company_code AND account.account_kind = wanted.account_kind
                        AND account.is_active = 'true')
    UNION ALL
    SELECT 7, reason_wanted.company_code,
           'accounting_reasons.csv has no ' || reason_wanted.accounting_reason_code || ', the reason of '
           || reason_wanted.needed_for || ' of ' || reason_wanted.company_code
    FROM reason_wanted
    WHERE NOT EXISTS (SELECT 1 FROM accounting_reason AS reason
                      WHERE reason.accounting_reason_code = reason_wanted.accounting_reason_code
                        AND coalesce(reason.company_code, reason_wanted.company_code) = reason_wanted.company_code)
    UNION ALL
    SELECT 8, '', 'counterparty ' || counterparty_code || ' (' || counterparty_name || ') has no account in any company'
    FROM counterparty
    WHERE counterparty_code NOT IN (SELECT counterparty_code FROM account WHERE counterparty_code IS NOT NULL)
)
ORDER BY place, company_code, sentence
