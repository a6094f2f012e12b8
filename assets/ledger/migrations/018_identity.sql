-- Who sent an invoice, and which invoices are one. A document's identity is the company, the supplier who is recognised, the number,
-- the year, and invoice or credit note; before, it was the numbers of the supplier as they were written.

-- Grain: one row of counterparty_identifiers.csv in a version. Append only, as the other reference data.
CREATE TABLE ledger.counterparty_identifier (
    version BIGINT NOT NULL, counterparty_code VARCHAR NOT NULL, scheme_code VARCHAR NOT NULL, identifier VARCHAR NOT NULL,
    valid_from_date DATE, valid_to_date DATE
);

-- Grain: one question about a document that waits for a person; question: see assets/invoices/question_kinds.csv. A row
-- goes when the document is judged again, or when somebody answers.
CREATE TABLE ledger.document_question (
    document_id       BIGINT NOT NULL,
    question          VARCHAR NOT NULL,
    other_document_id BIGINT,
    finding_code      VARCHAR NOT NULL,
    asked_at          TIMESTAMP NOT NULL
);

-- Grain: one answer of a person about a document, and mostly another one. status_before is that of the document when it was given.
-- undone_at is set while it does not count. Append only but for that column.
CREATE TABLE ledger.document_answer (
    answer_id         BIGINT PRIMARY KEY,
    document_id       BIGINT NOT NULL,
    question          VARCHAR NOT NULL,
    other_document_id BIGINT,
    answer            VARCHAR NOT NULL,
    correction_id     BIGINT NOT NULL,
    status_before     VARCHAR NOT NULL,
    answered_by       VARCHAR NOT NULL,
    reason            VARCHAR NOT NULL,
    answered_at       TIMESTAMP NOT NULL,
    undone_at         TIMESTAMP
);

-- registration_key of a document is its identity. supplier_identifiers: the supplier's numbers as they stand in the document, such as
-- `TAX:IT09990149990 VAT:IT09990149990`. vat_amount is the sum of its VAT summary, in its currency, as it stands there; null where
-- the document was stored before. item_key_stem begins the keys of its open items, for ever.
ALTER TABLE ledger.document ADD COLUMN identity_number VARCHAR;
ALTER TABLE ledger.document ADD COLUMN number_key VARCHAR;
ALTER TABLE ledger.document ADD COLUMN digit_key VARCHAR;
ALTER TABLE ledger.document ADD COLUMN supplier_identifiers VARCHAR;
ALTER TABLE ledger.document ADD COLUMN vat_amount DECIMAL(18,4);
ALTER TABLE ledger.document ADD COLUMN item_key_stem VARCHAR;

-- identity_key of a registration is the identity by which it was made, also when it is undone; several may have one, if a person
-- said that they are several invoices, or if they were made before. undone_key is the key of a registration that is undone.
ALTER TABLE ledger.registration ADD COLUMN identity_key VARCHAR;
ALTER TABLE ledger.registration ADD COLUMN undone_key VARCHAR;

-- Keys of items never change: they keep what they were made of.
UPDATE ledger.document AS document
SET item_key_stem = kept.stem
FROM (
    SELECT registration.document_id, min(left(item.open_item_key, length(item.open_item_key) - 3)) AS stem
    FROM ledger.registration AS registration
    JOIN (
        SELECT opened_by_entry_id, open_item_key FROM ledger.open_item WHERE origin = 'invoice'
        UNION
        SELECT life.opened_by_entry_id, item.open_item_key
        FROM ledger.item_life AS life JOIN ledger.open_item AS item USING (item_id) WHERE item.origin = 'invoice'
    ) AS item ON item.opened_by_entry_id = registration.entry_id
    GROUP BY registration.document_id
) AS kept
WHERE kept.document_id = document.document_id;

-- Where several suppliers fitted, the first of them was noted; nobody was recognised.
UPDATE ledger.document SET counterparty_code = NULL WHERE reason_codes LIKE '%R04%' AND status <> 'registered';

UPDATE ledger.document
SET identity_number = nullif(upper(nfc_normalize(trim(regexp_replace(document_number, '[\s\p{Z}\p{Cc}]+', ' ', 'g')))), '');
UPDATE ledger.document
SET number_key = coalesce(nullif(regexp_replace(regexp_replace(identity_number, '[^\p{L}\p{N}]', '', 'g'), '^0+', ''), ''), identity_number),
    digit_key = coalesce(nullif(regexp_replace(regexp_replace(identity_number, '(^|[^0-9])0+([0-9])', '\1\2', 'g'), '[^\p{L}\p{N}]', '', 'g'), ''),
                         identity_number),
    supplier_identifiers = nullif(concat_ws(' ',
        CASE WHEN regexp_full_match(upper(supplier_tax_code), '[A-Z]{6}[A-Z0-9]{10}')
               OR regexp_full_match(supplier_tax_code, '[0-9]{11}') AND (document_format NOT IN ('UBL', 'CII') OR supplier_country_code = 'IT')
             THEN 'TAX:IT' || upper(supplier_tax_code) END,
        CASE WHEN length(regexp_replace(supplier_vat_number, '[^0-9]', '', 'g')) >= 3
              AND length(regexp_replace(supplier_vat_number, '[^0-9]', '', 'g')) * 2 > length(supplier_vat_number)
             THEN 'VAT:' || CASE supplier_country_code WHEN 'XI' THEN 'GB' WHEN 'EL' THEN 'GR' ELSE supplier_country_code END
                  || CASE supplier_country_code WHEN 'NO' THEN regexp_replace(supplier_vat_number, 'MVA$', '') ELSE supplier_vat_number END END), '');
UPDATE ledger.document
SET registration_key = CASE WHEN company_code IS NOT NULL AND coalesce(counterparty_code, supplier_identifiers) IS NOT NULL
                            THEN concat_ws('|', company_code, coalesce('=' || counterparty_code, supplier_identifiers), identity_number,
                                           CAST(year(document_date) AS VARCHAR), CASE WHEN is_credit_note THEN 'C' ELSE 'I' END) END;

-- Two registrations that are one invoice by the new identity both stand; a check lists them. The later document's key has a number.
UPDATE ledger.registration AS registration
SET identity_key = news.identity_key,
    registration_key = CASE WHEN registration.undone_at IS NULL THEN news.key END,
    undone_key = CASE WHEN registration.undone_at IS NOT NULL THEN news.key END
FROM (
    SELECT registration_id, identity_key, identity_key || CASE WHEN number > 1 THEN '|' || number ELSE '' END AS key
    FROM (
        SELECT registration_id, identity_key, dense_rank() OVER (PARTITION BY identity_key ORDER BY document_id) AS number
        FROM (
            SELECT made.registration_id, made.document_id,
                   concat_ws('|', made.company_code, '=' || made.counterparty_code, document.identity_number,
                             CAST(year(document.document_date) AS VARCHAR), CASE WHEN document.is_credit_note THEN 'C' ELSE 'I' END) AS identity_key
            FROM ledger.registration AS made
            JOIN ledger.document AS document USING (document_id)
        ) AS identified
    ) AS numbered
) AS news
WHERE news.registration_id = registration.registration_id;
