-- Whose document it is: the company, the supplier and its bank account.

-- name: party_identifier
-- Grain: one number by which a supplier or one of our companies is known, as documents are compared with it. Inputs:
-- counterparty, company, counterparty_identifier, identifier_scheme, vat_number. party: supplier | customer; dates are
-- null where a number always counts. VAT and TAX numbers begin with their country. The number of an Italian company is
-- both its VAT number and its tax code; where the registry has one of the two and nobody else has it, it stands for the
-- other.
CREATE OR REPLACE TEMP TABLE party_identifier AS
WITH owner AS (
    SELECT 'supplier' AS party, counterparty_code AS owner_code, country_code, vat_number,
           nullif(regexp_replace(upper(tax_code), '[^A-Z0-9]', '', 'g'), '') AS tax_code
    FROM counterparty WHERE counterparty_kind IN ('supplier', 'both')
    UNION ALL
    SELECT 'customer', company_code, country_code, vat_number,
           nullif(regexp_replace(upper(tax_code), '[^A-Z0-9]', '', 'g'), '')
    FROM company
), added AS (
    SELECT 'supplier' AS party, own.counterparty_code AS owner_code, scheme.scheme_code, scheme.scheme_kind,
           scheme.prefix,
           own.identifier AS written, regexp_replace(upper(own.identifier), '[^A-Z0-9]', '', 'g') AS spelled,
           own.valid_from_date, own.valid_to_date
    FROM counterparty_identifier AS own
    JOIN identifier_scheme AS scheme ON scheme.spelling = own.scheme_code
    JOIN owner ON owner.party = 'supplier' AND owner.owner_code = own.counterparty_code
), written AS (
    SELECT owner.party, owner.owner_code, 'VAT' AS scheme_code, known.identifier,
           CAST(NULL AS DATE) AS valid_from_date, CAST(NULL AS DATE) AS valid_to_date
    FROM owner
    JOIN vat_number AS known ON known.written = owner.vat_number AND known.country_code = owner.country_code
    UNION ALL
    SELECT added.party, added.owner_code, 'VAT', known.identifier, added.valid_from_date, added.valid_to_date
    FROM added
    JOIN vat_number AS known ON known.written = added.written AND known.country_code = left(upper(added.written), 2)
    WHERE added.scheme_kind = 'vat'
    UNION ALL
    SELECT party, owner_code, 'TAX', CASE WHEN regexp_full_match(tax_code, '(IT)?[A-Z]{6}[A-Z0-9]{10}') THEN 'IT'
                                               || right(tax_code, 16)
                                          WHEN regexp_full_match(tax_code, '(IT)?[0-9]{11}')
                                              AND country_code = 'IT' THEN 'IT' || right(tax_code, 11)
                                          ELSE country_code || tax_code END, NULL, NULL
    FROM owner
    UNION ALL
    SELECT party, owner_code, 'TAX', 'IT' || tax_code, NULL, NULL
    FROM owner WHERE country_code <> 'IT' AND regexp_full_match(tax_code, '[0-9]{11}')
    UNION ALL
    SELECT party, owner_code, scheme_code,
           CASE scheme_kind WHEN 'tax' THEN CASE
                                                 WHEN regexp_full_match(spelled, '[0-9]{11}|[A-Z]{6}[A-Z0-9]{10}')
                                                     THEN 'IT' || spelled ELSE spelled END
                            ELSE CASE WHEN prefix <> ''
                                           AND starts_with(spelled, prefix) THEN substr(spelled, length(prefix) + 1)
                                           ELSE spelled END END,
           valid_from_date, valid_to_date
    FROM added
    WHERE scheme_kind <> 'vat'
), counted AS (
    SELECT written.*, count(*) FILTER (scheme_code = 'VAT') OVER own AS vat_count,
           count(*) FILTER (scheme_code = 'TAX') OVER own AS tax_count,
           min(owner_code) OVER same_number AS first_code, max(owner_code) OVER same_number AS last_code
    FROM written
    WHERE identifier IS NOT NULL
    WINDOW own AS (PARTITION BY party, owner_code), same_number AS (PARTITION BY party, identifier)
)
SELECT party, owner_code, scheme_code, identifier, valid_from_date, valid_to_date FROM counted
UNION ALL
SELECT party, owner_code, CASE scheme_code WHEN 'VAT' THEN 'TAX' ELSE 'VAT' END, identifier, valid_from_date,
       valid_to_date
FROM counted
WHERE scheme_code IN ('VAT', 'TAX') AND (vat_count = 0 OR tax_count = 0) AND first_code = last_code
  AND regexp_full_match(identifier, 'IT[0-9]{11}')

-- name: doc_identifier
-- Grain: one number of a document's supplier or customer by which it may be recognised, and of the supplier of a
-- document that may be the same. Inputs: doc, doc_candidate, identifier, identifier_scheme, right_tax_code, vat_number.
-- is_strong: it identifies somebody; a tax code with a wrong check digit does not, but may contradict. The column of
-- tax codes holds Italian ones; those of other countries have the scheme FC. Texts that are no number (the F-tax
-- statement of Sweden has the scheme TAX), and numbers without a known scheme, are no rows.
CREATE OR REPLACE TEMP TABLE doc_identifier AS
WITH side AS (
    SELECT document_id, file_number, position, 'supplier' AS party, format NOT IN ('UBL', 'CII') AS is_italian,
           supplier_country_code AS country_code,
           supplier_vat_number AS vat_number, supplier_tax_code AS tax_code
    FROM doc
    UNION ALL
    SELECT document_id, file_number, position, 'customer', format NOT IN ('UBL', 'CII'), customer_country_code,
           customer_vat_number, customer_tax_code FROM doc
), listed AS (
    SELECT side.document_id, side.party, coalesce(scheme.country_code, side.country_code) AS country_code,
           identifier.identifier AS written,
           side.is_italian, CASE WHEN identifier.role = 'vat' THEN 'vat' ELSE scheme.scheme_kind END AS scheme_kind,
           scheme.scheme_code, scheme.pattern,
           regexp_replace(upper(identifier.identifier), '[^A-Z0-9]', '', 'g') AS spelled, scheme.prefix
    FROM identifier
    JOIN side USING (file_number, position, party)
    LEFT JOIN identifier_scheme AS scheme ON scheme.spelling = upper(trim(identifier.scheme_code))
      AND scheme.spelling NOT IN ('VAT', 'TAX')
    WHERE identifier.role = 'vat' OR scheme.scheme_kind IS NOT NULL
), registered AS (
    SELECT document_id, party, scheme_code, pattern,
           CASE WHEN prefix <> '' AND starts_with(spelled, prefix) THEN substr(spelled, length(prefix) + 1)
                ELSE spelled END AS spelled
    FROM listed WHERE scheme_kind = 'registration'
), taxed AS (
    SELECT document_id, party, is_italian OR coalesce(country_code, 'IT') = 'IT' AS is_italian, NULL AS country_code,
           regexp_replace(upper(tax_code), '[^A-Z0-9]', '', 'g') AS spelled
    FROM side
    UNION ALL
    SELECT document_id, party, coalesce(country_code, 'IT') = 'IT', country_code, spelled FROM listed
    WHERE scheme_kind = 'tax'
), said AS (
    SELECT side.document_id, side.party, 'VAT' AS scheme_code, known.identifier
    FROM side
    JOIN vat_number AS known ON known.written = side.vat_number
      AND known.country_code IS NOT DISTINCT FROM side.country_code
    UNION
    SELECT listed.document_id, listed.party, 'VAT', known.identifier
    FROM listed
    JOIN vat_number AS known ON known.written = listed.written
      AND known.country_code IS NOT DISTINCT FROM listed.country_code
    WHERE listed.scheme_kind = 'vat'
    UNION
    SELECT document_id, party, 'TAX',
           'IT' || coalesce(nullif(regexp_extract(spelled, '^(?:IT)?([A-Z]{6}[A-Z0-9]{10})$', 1), ''),
                            CASE WHEN is_italian
                                 THEN nullif(regexp_extract(spelled, '^(?:IT)?([0-9]{11})$', 1), '') END)
    FROM taxed
    UNION
    SELECT document_id, party, 'TAX', CASE upper(country_code) WHEN 'XI' THEN 'GB' WHEN 'EL' THEN 'GR'
                                           ELSE upper(country_code) END || spelled
    FROM taxed
    WHERE NOT is_italian AND country_code IS NOT NULL AND NOT regexp_full_match(spelled, '(IT)?[A-Z]{6}[A-Z0-9]{10}')
      AND length(regexp_replace(spelled, '[^0-9]', '', 'g')) >= 3
      AND length(regexp_replace(spelled, '[^0-9]', '', 'g')) * 2 + 1 >= length(spelled)
    UNION
    SELECT document_id, party, scheme_code, spelled
    FROM registered
    WHERE regexp_full_match(spelled, pattern) AND replace(spelled, left(spelled, 1), '') <> ''
)
SELECT said.document_id, said.party, doc.document_date, said.scheme_code, said.identifier,
       NOT (said.scheme_code = 'TAX' AND starts_with(said.identifier, 'IT')) OR tax.tax_code IS NOT NULL AS is_strong
FROM said
JOIN doc USING (document_id)
LEFT JOIN right_tax_code AS tax ON said.scheme_code = 'TAX' AND 'IT' || tax.tax_code = said.identifier
WHERE said.identifier IS NOT NULL
UNION ALL
SELECT document_id, 'supplier', document_date, split_part(part, ':', 1), split_part(part, ':', 2), true
FROM (SELECT document_id, document_date, unnest(string_split(supplier_identifiers, ' ')) AS part FROM doc_candidate
      WHERE supplier_identifiers <> '')

-- name: doc_owner
-- Grain: one side of a document (its supplier, its customer) of which somebody has a number: who it is. Inputs:
-- doc_identifier, party_identifier. fitting: all who have every number that anybody has: one is who is meant
-- (candidate_code), none means that two numbers lead to different ones, several share them (a VAT group). owner_code is
-- the one who is recognised: the only one who fits, unless the document bears a VAT number or an Italian tax code that
-- he does not have, or a number of a scheme of which he has another one: contradicting. lacking: numbers of a kind of
-- which he has none. found_codes: all who have a number.
CREATE OR REPLACE TEMP TABLE doc_owner AS
WITH hit AS (
    SELECT said.document_id, said.party, said.scheme_code, said.identifier, known.owner_code,
           CASE said.scheme_code WHEN 'VAT' THEN 'VAT number' WHEN 'TAX' THEN 'tax code'
                ELSE 'registration ' || said.scheme_code END AS matched_by
    FROM doc_identifier AS said
    JOIN party_identifier AS known USING (party, scheme_code, identifier)
    WHERE said.is_strong
      AND (said.document_date IS NULL
           OR said.document_date BETWEEN coalesce(known.valid_from_date, said.document_date)
                                     AND coalesce(known.valid_to_date, said.document_date))
), evidence AS (
    SELECT document_id, party, count(DISTINCT (scheme_code, identifier)) AS evidence_count,
           string_agg(DISTINCT owner_code, ', ' ORDER BY owner_code) AS found_codes
    FROM hit GROUP BY document_id, party
), share AS (
    SELECT document_id, party, owner_code, count(DISTINCT (scheme_code, identifier)) AS share_count,
           string_agg(DISTINCT matched_by, ' and ' ORDER BY matched_by) AS matched_by
    FROM hit GROUP BY document_id, party, owner_code
), fitting AS (
    SELECT evidence.document_id, evidence.party, min(evidence.found_codes) AS found_codes,
           count(share.owner_code) AS fitting_count,
           CASE WHEN count(share.owner_code) = 1 THEN min(share.owner_code) END AS candidate_code,
           min(share.matched_by) AS matched_by
    FROM evidence
    LEFT JOIN share ON share.document_id = evidence.document_id AND share.party = evidence.party
      AND share.share_count = evidence.evidence_count
    GROUP BY evidence.document_id, evidence.party
), missing AS (
    SELECT said.document_id, said.party, said.scheme_code, said.identifier,
           said.scheme_code = 'VAT' OR said.scheme_code = 'TAX' AND starts_with(said.identifier, 'IT')
           OR said.scheme_code <> 'TAX' AND EXISTS (SELECT 1 FROM party_identifier AS own
                                                    WHERE own.party = said.party
                                                      AND own.owner_code = fitting.candidate_code
                                                      AND own.scheme_code = said.scheme_code) AS is_contradicting
    FROM fitting
    JOIN doc_identifier AS said USING (document_id, party)
    WHERE fitting.candidate_code IS NOT NULL
      AND NOT EXISTS (SELECT 1 FROM party_identifier AS own
                      WHERE own.party = said.party AND own.owner_code = fitting.candidate_code
                        AND own.scheme_code = said.scheme_code
                        AND own.identifier = said.identifier
                        AND (said.document_date IS NULL
                             OR said.document_date BETWEEN coalesce(own.valid_from_date, said.document_date)
                                                       AND coalesce(own.valid_to_date, said.document_date)))
), listed AS (
    SELECT document_id, party,
           list({'scheme_code': scheme_code, 'identifier': identifier} ORDER BY scheme_code,
                identifier) FILTER (is_contradicting) AS contradicting,
           list({'scheme_code': scheme_code, 'identifier': identifier} ORDER BY scheme_code,
                identifier) FILTER (NOT is_contradicting) AS lacking
    FROM missing GROUP BY document_id, party
)
SELECT fitting.*, CASE WHEN listed.contradicting IS NULL THEN fitting.candidate_code END AS owner_code,
       listed.contradicting, listed.lacking
FROM fitting
LEFT JOIN listed USING (document_id, party)

-- name: doc_party
-- Grain: one document, with the company to which it is addressed and the supplier whose numbers it bears. Inputs: doc,
-- doc_owner, company, supplier, account, company_setting. supplier_count is 1 where the supplier is recognised, more
-- where several fit equally well, else null; candidate_code is who is probably meant, but not surely (doc_owner).
CREATE OR REPLACE TEMP TABLE doc_party AS
WITH supplier_account AS (
    SELECT company_code, counterparty_code, min(account_code) AS account_code, count(*) AS account_count
    FROM account
    WHERE account_kind = 'supplier' AND is_active AND counterparty_code IS NOT NULL
    GROUP BY company_code, counterparty_code
)
SELECT doc.document_id, company.company_code, split_part(buyer.matched_by, ' and ', 1) AS company_matched_by,
       company.currency_code AS company_currency_code,
       supplier.counterparty_code, CASE WHEN seller.owner_code IS NOT NULL THEN 1
                                        WHEN seller.fitting_count > 1 THEN seller.fitting_count END AS supplier_count,
       seller.found_codes AS supplier_codes, seller.matched_by AS supplier_matched_by,
       supplier.counterparty_name, supplier.iban AS registry_iban,
       supplier_account.account_code AS supplier_account_code,
       coalesce(supplier_account.account_count, 0) AS account_count,
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

-- name: doc_iban
-- Grain: one IBAN (in capitals, without blanks) of a document that deserves a look (R13): its check sum is wrong, it is
-- another supplier's, or another than that of the registry. is_answered: somebody said of this document that it is paid
-- elsewhere, or of this supplier that the IBAN is his. Inputs: doc, doc_party, payment, wrong_iban, supplier,
-- iban_answer_of.
CREATE OR REPLACE TEMP TABLE doc_iban AS
WITH stated AS (
    SELECT doc.document_id, left(regexp_replace(upper(payment.iban), '[^A-Z0-9]', '', 'g'), 200) AS plain_iban,
           min(payment.iban) AS iban_text,
           bool_or(wrong_iban.iban IS NOT NULL) AS is_wrong
    FROM doc
    JOIN payment USING (file_number, position)
    LEFT JOIN wrong_iban ON wrong_iban.iban = payment.iban
    WHERE payment.iban IS NOT NULL
    GROUP BY ALL
), judged AS (
    SELECT stated.* RENAME (plain_iban AS iban), party.counterparty_code, party.registry_iban, party.is_iban_holding,
           (SELECT min(owner.counterparty_code || ' ' || owner.counterparty_name) FROM supplier AS owner
            WHERE owner.iban = stated.plain_iban AND owner.counterparty_code <> party.counterparty_code) AS owner
    FROM stated
    JOIN doc_party AS party ON party.document_id = stated.document_id
), doubtful AS (
    SELECT *, CASE WHEN is_wrong THEN said('right_iban')
                   WHEN counterparty_code IS NULL OR registry_iban = iban THEN NULL
                   WHEN owner IS NOT NULL THEN said('own_iban', {'supplier': counterparty_code, 'owner': owner})
                   WHEN registry_iban <> ''
                   THEN said('registered_iban', {'supplier': counterparty_code, 'iban': registry_iban})
                   END AS expected
    FROM judged
)
SELECT document_id, iban, left(iban_text, 200) AS iban_text, is_wrong, expected,
       coalesce(is_iban_holding, false) AS is_holding,
       iban_answer_of(document_id, counterparty_code, iban) IS NOT NULL AS is_answered
FROM doubtful
WHERE expected IS NOT NULL
