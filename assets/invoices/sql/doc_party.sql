-- Grain: one document, with the company to which it is addressed and the supplier whose numbers it bears.
-- Inputs: doc, company, supplier, account, company_setting, ledger.document_decision. supplier_count is how many
-- fit equally well; VAT number and tax code together beat the VAT number, since a VAT group shares one.
CREATE OR REPLACE TEMP TABLE doc_party AS
WITH addressed AS (
    SELECT document_id, company_code, matched_by FROM (
        SELECT doc.document_id, company.company_code, 'VAT number' AS matched_by, 1 AS rank
        FROM doc JOIN company ON regexp_replace(upper(company.vat_number), '^[A-Z]{2}|[^A-Z0-9]', '', 'g') = doc.customer_vat_number
        UNION ALL
        SELECT doc.document_id, company.company_code, 'tax code', 2
        FROM doc JOIN company ON upper(company.tax_code) = upper(doc.customer_tax_code)
    )
    QUALIFY row_number() OVER (PARTITION BY document_id ORDER BY rank, company_code) = 1
), hit AS (
    SELECT document_id, counterparty_code, sum(weight) AS weight, string_agg(matched_by, ' and ' ORDER BY matched_by) AS matched_by
    FROM (
        -- A VAT number beside the tax code of somebody else is worth no more than that tax code.
        SELECT DISTINCT doc.document_id, supplier.counterparty_code, 'VAT number' AS matched_by,
               CASE WHEN supplier.tax_code <> upper(doc.supplier_tax_code) THEN 1 ELSE 2 END AS weight
        FROM doc JOIN supplier ON supplier.vat_number = doc.supplier_vat_number
         AND supplier.country_code = coalesce(doc.supplier_country_code, supplier.country_code)
        UNION ALL
        SELECT DISTINCT doc.document_id, supplier.counterparty_code, 'tax code', 1
        FROM doc JOIN supplier ON supplier.tax_code = upper(doc.supplier_tax_code)
    )
    GROUP BY document_id, counterparty_code
), best AS (
    SELECT document_id, min(counterparty_code) AS counterparty_code, min(matched_by) AS matched_by,
           count(*) AS supplier_count, string_agg(counterparty_code, ', ' ORDER BY counterparty_code) AS codes
    FROM (
        SELECT *, max(weight) OVER (PARTITION BY document_id) AS highest FROM hit
    )
    WHERE weight = highest
    GROUP BY document_id
), supplier_account AS (
    SELECT company_code, counterparty_code, min(account_code) AS account_code, count(*) AS account_count
    FROM account
    WHERE account_kind = 'supplier' AND is_active AND counterparty_code IS NOT NULL
    GROUP BY company_code, counterparty_code
)
SELECT doc.document_id, addressed.company_code, addressed.matched_by AS company_matched_by,
       company.currency_code AS company_currency_code,
       best.counterparty_code, best.supplier_count, best.codes AS supplier_codes,
       best.matched_by AS supplier_matched_by,
       supplier.counterparty_name, supplier.tax_code AS registry_tax_code, supplier.vat_number AS registry_vat_number,
       supplier.iban AS registry_iban,
       supplier_account.account_code AS supplier_account_code, coalesce(supplier_account.account_count, 0) AS account_count,
       setting.* EXCLUDE (company_code),
       CASE WHEN setting.accounting_date_basis = 'document' THEN doc.document_date
            ELSE greatest(day_in(setting.time_zone, doc.received_at), doc.document_date) END AS accounting_date,
       concat_ws('|', addressed.company_code, doc.supplier_country_code,
                 coalesce(doc.supplier_vat_number, upper(doc.supplier_tax_code)),
                 upper(trim(doc.document_number)), CAST(year(doc.document_date) AS VARCHAR),
                 CASE WHEN doc.is_credit_note THEN 'C' ELSE 'I' END) AS registration_key
FROM doc
LEFT JOIN addressed USING (document_id)
LEFT JOIN company ON company.company_code = addressed.company_code
LEFT JOIN best USING (document_id)
LEFT JOIN supplier ON supplier.counterparty_code = best.counterparty_code
LEFT JOIN supplier_account ON supplier_account.company_code = addressed.company_code
                          AND supplier_account.counterparty_code = best.counterparty_code
LEFT JOIN company_setting AS setting ON setting.company_code = addressed.company_code
