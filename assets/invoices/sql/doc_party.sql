-- Grain: one document, with the company to which it is addressed and the supplier whose numbers it bears. Inputs: doc, doc_owner,
-- company, supplier, account, company_setting. supplier_count is 1 where the supplier is recognised, more where several fit equally
-- well, else null; candidate_code is who is probably meant, but not surely (doc_owner).
CREATE OR REPLACE TEMP TABLE doc_party AS
WITH supplier_account AS (
    SELECT company_code, counterparty_code, min(account_code) AS account_code, count(*) AS account_count
    FROM account
    WHERE account_kind = 'supplier' AND is_active AND counterparty_code IS NOT NULL
    GROUP BY company_code, counterparty_code
)
SELECT doc.document_id, company.company_code, split_part(buyer.matched_by, ' and ', 1) AS company_matched_by, company.currency_code AS company_currency_code,
       supplier.counterparty_code, CASE WHEN seller.owner_code IS NOT NULL THEN 1 WHEN seller.fitting_count > 1 THEN seller.fitting_count END AS supplier_count,
       seller.found_codes AS supplier_codes, seller.matched_by AS supplier_matched_by,
       supplier.counterparty_name, supplier.iban AS registry_iban,
       supplier_account.account_code AS supplier_account_code, coalesce(supplier_account.account_count, 0) AS account_count,
       setting.* EXCLUDE (company_code),
       CASE WHEN setting.accounting_date_basis = 'document' THEN doc.document_date
            ELSE greatest(day_in(setting.time_zone, doc.received_at), doc.document_date) END AS accounting_date
FROM doc
LEFT JOIN doc_owner AS buyer ON buyer.document_id = doc.document_id AND buyer.party = 'customer'
LEFT JOIN company ON company.company_code = buyer.owner_code
LEFT JOIN doc_owner AS seller ON seller.document_id = doc.document_id AND seller.party = 'supplier'
LEFT JOIN supplier ON supplier.counterparty_code = seller.owner_code
LEFT JOIN supplier_account ON supplier_account.company_code = company.company_code
                          AND supplier_account.counterparty_code = supplier.counterparty_code
LEFT JOIN company_setting AS setting ON setting.company_code = company.company_code
