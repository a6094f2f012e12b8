-- Grain: one company, with the newest switch of automatic registration (off if it was never switched) and how many of
-- its documents are to register. Inputs: ledger.company (the version in force), ledger.reference_file,
-- ledger.automatic_registration, ledger.document. Order: company_code.
WITH newest AS (
    SELECT company_code, is_on, switched_at, switched_by
    FROM ledger.automatic_registration
    QUALIFY row_number() OVER (PARTITION BY company_code ORDER BY switched_at DESC) = 1
)
SELECT company.company_code, company.company_name, coalesce(newest.is_on, false) AS is_on, newest.switched_at,
       newest.switched_by,
       (SELECT count(*) FROM ledger.document AS document
        WHERE document.company_code = company.company_code AND document.status = 'to_register') AS waiting_count
FROM ledger.company
LEFT JOIN newest USING (company_code)
WHERE company.version = (SELECT max(version) FROM ledger.reference_file WHERE file_name = 'companies.csv')
ORDER BY company.company_code
