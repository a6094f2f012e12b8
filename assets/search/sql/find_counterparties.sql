-- Grain: one counterparty in force, or account that is nobody's, that a text could mean: its code, its numbers, or words of its name.
-- Inputs: ledger.counterparty, ledger.counterparty_identifier, ledger.iban_answer (confirmed IBANs), named_account, has_words.
-- Parameters: text, name and identifier (null: none of those), limit. Order: counterparties first, then by code.
WITH version AS (
    SELECT file_name, max(version) AS newest FROM ledger.reference_file GROUP BY file_name
), party AS (
    SELECT counterparty_code, counterparty_name, vat_number, tax_code, regexp_replace(upper(iban), '[^A-Z0-9]', '', 'g') AS iban,
           country_code
    FROM ledger.counterparty
    WHERE version = (SELECT newest FROM version WHERE file_name = 'counterparties.csv')
), number_of AS (
    SELECT counterparty_code, min(matched_by) AS matched_by
    FROM (
        SELECT counterparty_code, 'IBAN' AS matched_by FROM party WHERE iban = $identifier
        UNION ALL
        SELECT counterparty_code, 'IBAN' FROM ledger.iban_answer
        WHERE is_confirmed AND undone_at IS NULL AND iban = $identifier
        UNION ALL
        SELECT counterparty_code, 'VAT number' FROM party
        WHERE upper(vat_number) = $identifier OR country_code || upper(vat_number) = $identifier
        UNION ALL
        SELECT counterparty_code, 'tax code' FROM party WHERE upper(tax_code) = $identifier
        UNION ALL
        SELECT counterparty_code, 'identifier' FROM ledger.counterparty_identifier
        WHERE version = (SELECT newest FROM version WHERE file_name = 'counterparty_identifiers.csv')
          AND regexp_replace(upper(identifier), '[^A-Z0-9]', '', 'g') = $identifier
    )
    GROUP BY counterparty_code
)
SELECT 'counterparty' AS kind, party.counterparty_code AS reference, NULL AS company_code, party.counterparty_name AS name,
       CASE WHEN lower(party.counterparty_code) = lower($text) THEN 'code' ELSE coalesce(number_of.matched_by, 'name') END AS matched_by
FROM party
LEFT JOIN number_of USING (counterparty_code)
WHERE lower(party.counterparty_code) = lower($text) OR number_of.counterparty_code IS NOT NULL
   OR ($name IS NOT NULL AND has_words(party.counterparty_name, $name))
UNION ALL
SELECT 'account', account_code, company_code, account_name,
       CASE WHEN lower(account_code) = lower($text) THEN 'code' ELSE 'name' END
FROM named_account()
WHERE (counterparty_code IS NULL AND $name IS NOT NULL AND has_words(account_name, $name)) OR lower(account_code) = lower($text)
ORDER BY kind DESC, reference, company_code
LIMIT $limit
