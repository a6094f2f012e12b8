-- Grain: one part of a registration: a cost account and a VAT code, with the rule or memory that chose them. Inputs:
-- ledger.registration_part, ledger.registration, ledger.company (the version in force), ledger.reference_file.
-- Parameter: registration_id. Order: ordinal.
SELECT part.ordinal, part.account_code, part.vat_code,
       rtrim(rtrim(CAST(part.vat_rate AS VARCHAR), '0'), '.') AS vat_rate, part.vat_nature, part.rule_kind, part.rule_code,
       company.currency_code AS company_currency_code, part.taxable_amount, part.vat_amount,
       part.deductible_amount, part.deferred_amount
FROM ledger.registration_part AS part
JOIN ledger.registration AS registration USING (registration_id)
LEFT JOIN ledger.company
       ON company.company_code = registration.company_code
      AND company.version = (SELECT max(version) FROM ledger.reference_file WHERE file_name = 'companies.csv')
WHERE part.registration_id = $registration_id
ORDER BY part.ordinal
