-- What is computed alike wherever it is needed.

-- name: units_of
-- Grain: none; makes the macro that turns an amount into units of the fourth decimal.
CREATE OR REPLACE TEMP MACRO units_of(amount) AS CAST(CAST(amount AS DECIMAL(38,4)) * 10000 AS HUGEINT)

-- name: amount_of
-- Grain: none; makes the macro that turns units of the fourth decimal into an amount.
CREATE OR REPLACE TEMP MACRO amount_of(units) AS CAST(CAST(units AS DECIMAL(34,0)) * 0.0001 AS DECIMAL(18,4))

-- name: round_units
-- Grain: none; makes a macro for amounts that are shared out or converted. Decimals are handled as whole numbers (units
-- of the fourth decimal), since dividing decimals would pass through a float. Invariant: half is rounded away from
-- zero; minor_unit is the currency's smallest amount in units (100 for cents).
CREATE OR REPLACE TEMP MACRO round_units(numerator, denominator, minor_unit) AS
    CAST(sign(numerator) * sign(denominator) AS HUGEINT)
    * ((2 * abs(numerator) + abs(denominator) * minor_unit) // (2 * abs(denominator) * minor_unit)) * minor_unit

-- name: due_by_terms
-- The day on which something is due so many days after a day, or at the end of that month. With is_month_counted thirty
-- days to the end of the month are a month: from 31 January the end of February.
CREATE OR REPLACE TEMP MACRO due_by_terms(from_date, days, is_end_of_month, is_month_counted) AS
    CASE WHEN is_end_of_month AND is_month_counted
              AND days % 30 = 0 THEN last_day(from_date + to_months(CAST(days // 30 AS INTEGER)))
         WHEN is_end_of_month THEN last_day(from_date + CAST(days AS INTEGER))
         ELSE from_date + CAST(days AS INTEGER) END

-- name: vat_number
-- Grain: one VAT number as it is written somewhere, with the country beside it, and as it is compared: with its country
-- before it. Inputs: counterparty, company, counterparty_identifier, identifier_scheme, doc, identifier. The prefix of
-- the number counts before the country beside it; Northern Ireland and Great Britain are one, and so are the two
-- prefixes of Greece (what VAT is due follows the prefix as it was written, and not this). The letters with which a
-- French number may begin are no prefix of another country; elsewhere those of another country are one where VAT
-- numbers have prefixes, or where nothing but digits follows. A prefix that stands twice is one; words behind numbers
-- of Switzerland and Norway say nothing. No row has what is no number: fewer than three digits, two letters more than
-- digits, one digit all through (99999999999 stands for none), no country.
CREATE OR REPLACE TEMP TABLE vat_number AS
WITH written AS (
    SELECT country_code, vat_number AS written FROM counterparty WHERE counterparty_kind IN ('supplier', 'both')
    UNION
    SELECT country_code, vat_number FROM company
    UNION
    SELECT left(upper(identifier), 2), identifier FROM counterparty_identifier WHERE scheme_code = 'VAT'
    UNION
    SELECT supplier_country_code, supplier_vat_number FROM doc
    UNION
    SELECT customer_country_code, customer_vat_number FROM doc
    UNION
    SELECT coalesce(scheme.country_code, CASE identifier.party WHEN 'supplier' THEN doc.supplier_country_code
                                              ELSE doc.customer_country_code END), identifier.identifier
    FROM identifier
    JOIN doc USING (file_number, position)
    LEFT JOIN identifier_scheme AS scheme ON scheme.spelling = upper(trim(identifier.scheme_code))
      AND scheme.spelling NOT IN ('VAT', 'TAX')
    WHERE identifier.role = 'vat' OR scheme.scheme_kind = 'vat'
), spelled AS (
    SELECT country_code, written, regexp_replace(upper(written), '[^A-Z0-9]', '', 'g') AS spelled,
           CASE upper(country_code) WHEN 'XI' THEN 'GB' WHEN 'EL' THEN 'GR' ELSE upper(country_code) END AS country
    FROM written
    WHERE written IS NOT NULL
), prefixed AS (
    SELECT *, CASE left(spelled, 2) WHEN 'XI' THEN 'GB' WHEN 'EL' THEN 'GR' ELSE left(spelled, 2) END AS own_country,
           left(spelled, 2) IN ('AT', 'BE', 'BG', 'CH', 'CY', 'CZ', 'DE', 'DK', 'EE', 'EL', 'ES', 'FI', 'FR', 'GB',
                                'GR', 'HR', 'HU', 'IE', 'IT', 'LI',
                                'LT', 'LU', 'LV', 'MT', 'NL', 'NO', 'PL', 'PT', 'RO', 'SE', 'SI', 'SK', 'SM',
                                'XI') AS is_like_a_prefix,
           country IN ('AT', 'BE', 'BG', 'CH', 'CY', 'CZ', 'DE', 'DK', 'EE', 'ES', 'FI', 'GB', 'GR', 'HR', 'HU', 'IE',
                       'IT', 'LI', 'LT', 'LU', 'LV',
                       'MT', 'NL', 'NO', 'PL', 'PT', 'RO', 'SE', 'SI', 'SK', 'SM') AS has_prefixes
    FROM spelled
), taken AS (
    SELECT *, coalesce(own_country = country, false)
              OR is_like_a_prefix AND (country IS NULL OR has_prefixes
                                       OR country NOT IN ('FR', 'MC')
                                       AND regexp_full_match(substr(spelled, 3), '[0-9]+')) AS is_prefix
    FROM prefixed
), bare AS (
    SELECT country_code, written, CASE WHEN is_prefix THEN own_country ELSE country END AS country,
           CASE WHEN NOT is_prefix THEN spelled
                WHEN left(spelled, 2) = substr(spelled, 3, 2) AND length(spelled) >= 12 THEN substr(spelled, 5)
                ELSE substr(spelled, 3) END AS number
    FROM taken
), cut AS (
    SELECT * REPLACE (CASE country WHEN 'CH' THEN regexp_replace(number, '^(CH)?E|(IVA|MWST|TVA|TPV)$', '', 'g')
                                   WHEN 'NO' THEN regexp_replace(number, 'MVA$', '') ELSE number END AS number)
    FROM bare
), counted AS (
    SELECT *, regexp_replace(number, '[^0-9]', '', 'g') AS digits FROM cut
)
SELECT country_code, written, country || number AS identifier
FROM counted
WHERE length(country) = 2 AND length(digits) >= 3 AND length(digits) * 2 + 1 >= length(number)
  AND replace(digits, left(digits, 1), '') <> ''

-- name: identity_number_of
-- Grain: none; makes the macro that spells a document's number as it tells invoices apart: trimmed,
-- runs of blanks made one, in capitals.
CREATE OR REPLACE TEMP MACRO identity_number_of(number) AS
    nullif(upper(nfc_normalize(trim(regexp_replace(number, '[\s\p{Z}\p{Cc}]+', ' ', 'g')))), '')

-- name: number_key_of
-- Grain: none; makes the macro that spells a number, which `identity_number_of` left, without blanks, punctuation and
-- then leading zeros: numbers that are alike so are similar, and never for that alone the same.
CREATE OR REPLACE TEMP MACRO number_key_of(number) AS
    coalesce(nullif(regexp_replace(regexp_replace(number, '[^\p{L}\p{N}]', '', 'g'), '^0+', ''), ''), number)

-- name: digit_key_of
-- Grain: none; makes the macro that spells a number as `number_key_of`, with the leading zeros taken off each group of
-- digits first.
CREATE OR REPLACE TEMP MACRO digit_key_of(number) AS
    coalesce(nullif(regexp_replace(regexp_replace(number, '(^|[^0-9])0+([0-9])', '\1\2', 'g'), '[^\p{L}\p{N}]', '',
                                   'g'), ''), number)

-- name: iban_answer_of
-- iban_answer_of Grain: none; makes the macro that finds the answer about an IBAN of a document (null where nobody
-- answered): of this document, that it is paid to another account; or of its supplier, that the IBAN is his. It is the
-- number of the correction that gave it. Input: ledger.iban_answer.
CREATE OR REPLACE TEMP MACRO iban_answer_of(of_document, of_supplier, plain_iban) AS (
    SELECT min(answer.correction_id) FROM ledger.iban_answer AS answer
    WHERE answer.undone_at IS NULL AND answer.iban = plain_iban
      AND CASE WHEN answer.is_confirmed THEN answer.counterparty_code = of_supplier
               ELSE answer.document_id = of_document END
)

-- name: iban_remedy
-- iban_remedy Grain: none; makes the macro that says what to do about an IBAN of a document; one whose check sum is
-- wrong is nobody's.
CREATE OR REPLACE TEMP MACRO iban_remedy(of_document, is_no_iban) AS
    CASE WHEN is_no_iban THEN said('known_account', {'document': 'D' || of_document})
         ELSE said('confirm_iban_or_known_account', {'document': 'D' || of_document}) END

-- name: credited_document
-- credited_document Grain: none; makes the macro of the documents that credit notes in force credit, with how much of
-- each: a credit note credits a document, however often the registration of that was changed. Inputs:
-- ledger.registration, ledger.document. Rows: document_id, credited_amount (positive, in the currency of the credit
-- notes).
CREATE OR REPLACE TEMP MACRO credited_document() AS TABLE
    SELECT credited.document_id, sum(abs(document.payable_amount)) AS credited_amount
    FROM ledger.registration AS note
    JOIN ledger.document AS document USING (document_id)
    JOIN ledger.registration AS credited ON credited.registration_id = note.credits_registration_id
    WHERE note.undone_at IS NULL
    GROUP BY credited.document_id

-- name: supplier
-- Grain: one counterparty that sells. Input: counterparty. The IBAN has no blanks; its numbers stand in
-- party_identifier.
CREATE OR REPLACE TEMP TABLE supplier AS
SELECT counterparty_code, counterparty_name, country_code, regexp_replace(upper(iban), '[^A-Z0-9]', '', 'g') AS iban
FROM counterparty
WHERE counterparty_kind IN ('supplier', 'both')

-- name: company_vat_code
-- Grain: one VAT code that a company may use: its own, and the common ones that it has not replaced. Inputs: vat_code,
-- company.
CREATE OR REPLACE TEMP TABLE company_vat_code AS
SELECT company.company_code, code.* EXCLUDE (company_code)
FROM company
JOIN vat_code AS code ON code.company_code IS NULL OR code.company_code = company.company_code
QUALIFY row_number() OVER (PARTITION BY company.company_code, code.vat_code
                           ORDER BY code.company_code IS NULL) = 1

-- name: company_withholding
-- Grain: one withholding type that a company has an account for: its own row before the common one. Inputs:
-- withholding_account, company.
CREATE OR REPLACE TEMP TABLE company_withholding AS
SELECT company.company_code, row.withholding_type, row.account_code
FROM company
JOIN withholding_account AS row ON row.company_code IS NULL OR row.company_code = company.company_code
QUALIFY row_number() OVER (PARTITION BY company.company_code, row.withholding_type
                           ORDER BY row.company_code IS NULL) = 1

-- name: company_welfare_fund
-- Grain: one welfare fund that a company knows: its own row before the common one. A null account means that the fund
-- goes with the cost; is_withheld, that it is taken off what the supplier gets (the agents' fund TC07). What a document
-- calls Ritenuta of a fund is another thing: whether the fund's amount is subject to withholding tax. Inputs:
-- welfare_fund_account, company.
CREATE OR REPLACE TEMP TABLE company_welfare_fund AS
SELECT company.company_code, row.fund_type, row.account_code, row.is_withheld
FROM company
JOIN welfare_fund_account AS row ON row.company_code IS NULL OR row.company_code = company.company_code
QUALIFY row_number() OVER (PARTITION BY company.company_code, row.fund_type ORDER BY row.company_code IS NULL) = 1
