-- Which document it is, of which type, and by which identity it is known.

-- name: doc
-- Grain: one document of this delivery that is still to be decided; key document_id, and (file_number, position).
-- Inputs: document, document_hash, delivered, ledger.document. Ids follow the order of the files.
CREATE OR REPLACE TEMP TABLE doc AS
WITH incoming AS (
    SELECT delivered.import_id, delivered.source_file, delivered.received_at, document.*,
           hash.content_sha256, known.document_id AS known_id
    FROM document
    JOIN delivered USING (file_number)
    JOIN document_hash AS hash USING (file_number, position)
    LEFT JOIN ledger.document AS known
           ON known.import_id = delivered.import_id AND known.position = document.position
    WHERE known.document_id IS NULL OR known.status = 'to_register'
)
SELECT CASE WHEN known_id IS NULL
            THEN (SELECT coalesce(max(document_id), 0) FROM ledger.document)
                 + row_number() OVER (PARTITION BY known_id IS NULL ORDER BY file_number, position)
            ELSE known_id END AS document_id,
       known_id IS NULL AS is_new, incoming.* EXCLUDE (known_id)
FROM incoming

-- name: doc_type
-- Grain: one document with its type as its own format names it, and what becomes of a document of that type; treatment
-- is null for a type that is not listed. Inputs: doc, known_document_type (document_types.csv). A document of UBL
-- without a type is the usual invoice or credit note.
CREATE OR REPLACE TEMP TABLE doc_type AS
WITH named AS (
    SELECT document_id, CASE WHEN format IN ('UBL', 'CII') THEN 'en16931' ELSE 'fatturapa' END AS syntax,
           CASE WHEN format NOT IN ('UBL', 'CII') THEN document_type
                ELSE coalesce(type_code, CASE WHEN is_credit_note THEN '381' ELSE '380' END) END AS type_code
    FROM doc
)
SELECT named.document_id, named.type_code, kind.treatment, kind.description
FROM named
LEFT JOIN known_document_type AS kind USING (syntax, type_code)

-- name: doc_number
-- Grain: one document of this delivery with its number as it is compared. Inputs: doc, identity_number_of,
-- number_key_of, digit_key_of. identity_number: trimmed, runs of blanks made one, in capitals; it tells invoices apart.
-- number_key and digit_key say which numbers are similar: they never make two documents one.
CREATE OR REPLACE TEMP TABLE doc_number AS
SELECT document_id, identity_number, number_key_of(identity_number) AS number_key,
       digit_key_of(identity_number) AS digit_key
FROM (SELECT document_id, identity_number_of(document_number) AS identity_number FROM doc)

-- name: doc_correction
-- Grain: one invoice that a corrected invoice (UNTDID 1001: 384, 472) of this delivery names, by its number as numbers
-- are compared and, where the reference has one, its date. Inputs: doc, doc_type, document_reference,
-- identity_number_of.
CREATE OR REPLACE TEMP TABLE doc_correction AS
SELECT doc.document_id, identity_number_of(reference.number) AS corrected_number, reference.reference_date
FROM doc
JOIN doc_type AS kind ON kind.document_id = doc.document_id AND kind.treatment = 'corrected'
JOIN document_reference AS reference USING (file_number, position)
WHERE reference.kind = 'invoice' AND identity_number_of(reference.number) IS NOT NULL

-- name: doc_candidate
-- Grain: one document in the ledger that may be the same as one of this delivery, or similar to it: registered, handled
-- elsewhere or refused, of the same year; or that stands beside one of this delivery as a corrected invoice: it is
-- named by one, names one, or names what one names. And one of which a person said that it is the same as such a
-- document (stands_for), which is there then, too: what has its number is compared with that. Inputs: doc, doc_number,
-- doc_correction, question_kind, ledger.document, ledger.document_answer.
CREATE OR REPLACE TEMP TABLE doc_candidate AS
WITH RECURSIVE asked AS (
    SELECT number.number_key, number.digit_key, CAST(year(doc.document_date) AS INTEGER) AS document_year
    FROM doc JOIN doc_number AS number USING (document_id)
), named AS (
    SELECT corrected_number AS number FROM doc_correction
    UNION
    SELECT identity_number FROM doc_number WHERE identity_number IS NOT NULL
), found AS (
    SELECT document.*
    FROM ledger.document AS document
    WHERE document.status IN ('registered', 'handled', 'refused', 'repeated')
      AND ((document.number_key, year(document.document_date)) IN (SELECT number_key, document_year FROM asked)
           OR (document.digit_key, year(document.document_date)) IN (SELECT digit_key, document_year FROM asked)
           OR document.identity_number IN (SELECT corrected_number FROM doc_correction)
           OR document.corrected_numbers IS NOT NULL
           AND list_has_any(document.corrected_numbers, (SELECT list(number) FROM named)))
), told AS (
    SELECT document_id, other_document_id FROM ledger.document_answer
    WHERE undone_at IS NULL AND answer IN (SELECT answer FROM question_kind WHERE outcome = 'repeats')
), stands AS (
    -- Of two that are the same, the other may be the same as a third.
    SELECT found.document_id, told.other_document_id AS stands_for FROM found JOIN told USING (document_id)
    WHERE found.status = 'repeated'
    UNION
    SELECT stands.document_id, told.other_document_id FROM stands JOIN told ON told.document_id = stands.stands_for
), alias AS (
    SELECT stands.document_id, min(stands.stands_for) AS stands_for
    FROM stands
    JOIN ledger.document AS first ON first.document_id = stands.stands_for
    WHERE first.status IN ('registered', 'handled', 'refused')
    GROUP BY stands.document_id
)
SELECT found.*, alias.stands_for
FROM found
LEFT JOIN alias USING (document_id)
WHERE found.status <> 'repeated' OR alias.stands_for IS NOT NULL
UNION ALL
SELECT document.*, NULL
FROM ledger.document AS document
WHERE document.document_id IN (SELECT stands_for FROM alias)
  AND document.document_id NOT IN (SELECT document_id FROM found)

-- name: doc_identity
-- Grain: one document of this delivery, or one in the ledger that may be the same or similar, with what makes it one:
-- the company, the supplier, the number, the year, invoice or credit note. Inputs: doc, doc_number, doc_candidate,
-- doc_party, doc_owner, doc_identifier, doc_sum, doc_total, supplier. supplier_key is the supplier who is recognised by
-- today's registry (`=S001`), for a document in the ledger else the one who was recognised, if he is still known, else
-- its numbers as they stand there. Null keys are like no other. amounts_key tells what is asked for; without any
-- amount, the content. stands_for: the document as which a person said that this one is the same; else null.
CREATE OR REPLACE TEMP TABLE doc_identity AS
WITH written AS (
    SELECT document_id, string_agg(scheme_code || ':' || identifier, ' ' ORDER BY scheme_code, identifier)
        AS supplier_identifiers
    FROM doc_identifier WHERE party = 'supplier' AND is_strong GROUP BY document_id
), known AS (
    SELECT doc.document_id, false AS is_stored, CAST(NULL AS VARCHAR) AS status, party.company_code,
           '=' || party.counterparty_code AS recognised_key,
           number.identity_number, number.number_key, number.digit_key, doc.document_date, doc.is_credit_note,
           doc.currency_code, doc.total_amount,
           total.payable * amount.economic_sign AS payable_amount, amount.vat AS vat_amount, doc.content_sha256,
           doc.file_number, doc.position,
           CAST(NULL AS BIGINT) AS stands_for
    FROM doc
    JOIN doc_number AS number USING (document_id)
    JOIN doc_party AS party USING (document_id)
    JOIN doc_sum AS amount USING (document_id)
    JOIN doc_total AS total USING (document_id)
    UNION ALL
    SELECT stored.document_id, true, stored.status, stored.company_code,
           '=' || coalesce(owner.owner_code, supplier.counterparty_code),
           stored.identity_number, stored.number_key, stored.digit_key, stored.document_date, stored.is_credit_note,
           stored.currency_code, stored.total_amount,
           stored.payable_amount, stored.vat_amount, stored.content_sha256, NULL, NULL, stored.stands_for
    FROM doc_candidate AS stored
    LEFT JOIN doc_owner AS owner ON owner.document_id = stored.document_id AND owner.party = 'supplier'
    LEFT JOIN supplier ON supplier.counterparty_code = stored.counterparty_code
), keyed AS (
    SELECT known.*, written.supplier_identifiers,
           coalesce(known.recognised_key, written.supplier_identifiers) AS supplier_key
    FROM known LEFT JOIN written USING (document_id)
)
SELECT keyed.*,
       CASE WHEN company_code IS NOT NULL AND supplier_key IS NOT NULL AND identity_number IS NOT NULL
                 AND document_date IS NOT NULL
            THEN concat_ws('|', company_code, supplier_key, identity_number, CAST(year(document_date) AS VARCHAR),
                           CASE WHEN is_credit_note THEN 'C' ELSE 'I' END)
            END AS identity_key,
       CASE WHEN total_amount IS NULL AND payable_amount IS NULL THEN content_sha256
            ELSE concat_ws('|', coalesce(currency_code, '?'), CAST(document_date AS VARCHAR),
                           coalesce(CAST(total_amount AS VARCHAR), '?'),
                           coalesce(CAST(payable_amount AS VARCHAR), '?'),
                           coalesce(CAST(vat_amount AS VARCHAR), '?')) END AS amounts_key
FROM keyed

-- name: doc_posting
-- Grain: one posting to be made for a document, in the company's currency, + debit; all of a document add up to zero
-- once its instalments are added (doc_payable). Inputs: doc_part, doc_sum, doc_total, doc_rate, doc_party, withholding,
-- company_withholding, doc_fund. sort_number orders the postings of an entry. The rounding is what the other postings
-- leave of what is payable to the supplier, so that the supplier gets what the document asks for; in another currency
-- it is what the document leaves over, and what the conversion does to the cent falls to the supplier's account.
CREATE OR REPLACE TEMP TABLE doc_posting AS
WITH money AS (
    SELECT amount.document_id, amount.file_number, amount.position, amount.economic_sign, amount.once_type,
           total.adjustment, total.stamp_duty, total.left_over, total.payable + total.prepaid AS owed_to_supplier,
           rate.rate_units, rate.minor_unit, rate.is_own_currency, party.company_code, party.rounding_account,
           party.stamp_duty_account
    FROM doc_sum AS amount
    JOIN doc_total AS total USING (document_id)
    JOIN doc_rate AS rate USING (document_id)
    JOIN doc_party AS party USING (document_id)
    WHERE total.mask IS NOT NULL AND rate.rate_units IS NOT NULL
), largest AS (
    SELECT document_id, account_code FROM doc_part WHERE is_largest
), other AS (
    SELECT money.document_id, 51 AS sort_number, largest.account_code, money.adjustment * money.economic_sign AS amount,
           'discount or charge' AS kind
    FROM money JOIN largest USING (document_id)
    WHERE money.adjustment <> 0
    UNION ALL
    SELECT money.document_id, 52, coalesce(money.stamp_duty_account, largest.account_code),
           money.stamp_duty * money.economic_sign,
           'stamp duty'
    FROM money JOIN largest USING (document_id)
    WHERE money.stamp_duty <> 0
    UNION ALL
    SELECT money.document_id, 60, account.account_code, -withheld.amount * money.economic_sign,
           'withholding ' || withheld.withholding_type
    FROM money
    JOIN withholding AS withheld USING (file_number, position)
    JOIN company_withholding AS account USING (company_code, withholding_type)
    WHERE NOT coalesce(contains(money.once_type, withheld.withholding_type), false)
    UNION ALL
    SELECT money.document_id, 61, fund.account_code, -fund.amount * money.economic_sign, 'fund ' || fund.fund_type
    FROM money JOIN doc_fund AS fund USING (document_id)
    WHERE fund.is_withheld AND fund.account_code IS NOT NULL
    UNION ALL
    SELECT money.document_id, 62, CASE side.side WHEN 1 THEN fund.account_code ELSE largest.account_code END,
           fund.amount * money.economic_sign * side.side, 'fund ' || fund.fund_type
    FROM money
    JOIN doc_fund AS fund USING (document_id)
    JOIN largest USING (document_id)
    CROSS JOIN (VALUES (1), (-1)) AS side(side)
    WHERE NOT fund.is_withheld AND fund.account_code IS NOT NULL
), made AS (
    SELECT document_id, 10 AS sort_number, account_code,
           CAST(taxable + vat + charged - CASE WHEN treatment = 'outside' THEN 0 ELSE deductible END AS DECIMAL(18,4))
               AS amount, 'cost' AS kind
    FROM doc_part
    UNION ALL
    SELECT document_id, 20, CASE WHEN treatment = 'deferred' THEN second_account_code ELSE vat_account_code END,
           deductible,
           'VAT ' || vat_code
    FROM doc_part
    UNION ALL
    SELECT document_id, 30, second_account_code,
           CAST(CASE treatment WHEN 'reverse_charge' THEN -charged ELSE -vat END AS DECIMAL(18,4)),
           'VAT owed ' || vat_code
    FROM doc_part
    WHERE treatment IN ('reverse_charge', 'split_payment')
    UNION ALL
    SELECT other.document_id, other.sort_number, other.account_code,
           amount_of(round_units(units_of(other.amount) * 1000000, rate.rate_units, rate.minor_unit)), other.kind
    FROM other
    JOIN doc_rate AS rate USING (document_id)
)
SELECT * FROM made
UNION ALL
SELECT money.document_id, 50, coalesce(money.rounding_account, largest.account_code),
       CASE WHEN money.is_own_currency OR money.owed_to_supplier = 0
            THEN CAST(money.owed_to_supplier * money.economic_sign - whole.amount AS DECIMAL(18,4))
            ELSE amount_of(round_units(units_of(money.left_over * money.economic_sign) * 1000000, money.rate_units,
                                       money.minor_unit)) END,
       'rounding'
FROM money
JOIN largest USING (document_id)
JOIN (SELECT document_id, sum(amount) AS amount FROM made GROUP BY document_id) AS whole USING (document_id)
