-- A document becomes an entry, postings, open items and a registration.

-- name: doc_key
-- Grain: one document that is registered now, with the key of its registration, which no other has, and the stem of the
-- keys of its open items: FA, year and twelve characters of the key's hash. Inputs: ledger.open_item, doc_state,
-- doc_identity, ledger.registration, ledger.document. The key is the identity; a document of which a person said that
-- it is another one than those that had the identity before gets the next number behind it. A document keeps key and
-- stem for ever, whatever becomes of its registrations. Should two keys have one hash, or an item of another source the
-- key, the later document's number joins it.
CREATE OR REPLACE TEMP TABLE doc_key AS
WITH registered AS (
    SELECT state.document_id, state.file_number, state.position, identity.identity_key, identity.document_date
    FROM doc_state AS state
    JOIN doc_identity AS identity USING (document_id)
    WHERE state.status = 'registered'
), earlier AS (
    SELECT document_id, identity_key, coalesce(registration_key, undone_key) AS key
    FROM ledger.registration SEMI JOIN registered USING (identity_key)
), own AS (
    SELECT document_id, identity_key, min(key) AS key FROM earlier GROUP BY document_id, identity_key
), used AS (
    SELECT identity_key, count(DISTINCT document_id) AS document_count FROM earlier GROUP BY identity_key
), numbered AS (
    SELECT registered.*, own.key AS own_key,
           coalesce(used.document_count, 0)
               + row_number() OVER (PARTITION BY registered.identity_key, own.key IS NULL ORDER BY file_number,
                                    position) AS number
    FROM registered
    LEFT JOIN own USING (document_id, identity_key)
    LEFT JOIN used ON used.identity_key = registered.identity_key
), keyed AS (
    SELECT document_id, identity_key, document_date, file_number, position,
           coalesce(own_key, identity_key || CASE WHEN number > 1 THEN '|' || number ELSE '' END) AS registration_key
    FROM numbered
), stemmed AS (
    SELECT keyed.*, stored.item_key_stem AS own_stem, 'FA' || year(keyed.document_date) || '-'
        || upper(substr(sha256(keyed.registration_key), 1, 12)) AS stem
    FROM keyed LEFT JOIN ledger.document AS stored USING (document_id)
)
SELECT document_id, identity_key, registration_key,
       CASE WHEN own_stem IS NOT NULL THEN own_stem
            WHEN row_number() OVER (PARTITION BY own_stem IS NULL, stem ORDER BY file_number, position) > 1
                 OR stem IN (SELECT item_key_stem FROM ledger.document WHERE item_key_stem IS NOT NULL)
                 OR stem IN (SELECT left(open_item_key, 19) FROM ledger.open_item WHERE origin <> 'invoice'
                               AND starts_with(open_item_key, 'FA'))
            THEN left(stem, 7)
                || upper(substr(sha256(concat_ws('|', registration_key, CAST(document_id AS VARCHAR))), 1, 12))
            ELSE stem END AS item_key_stem
FROM stemmed

-- name: doc_entry
-- Grain: one document that is registered now, with the ids of its entry and its registration. Inputs: doc_state, doc,
-- doc_party, doc_key, ledger.journal_entry, ledger.registration. Ids follow the order of the files without a gap.
CREATE OR REPLACE TEMP TABLE doc_entry AS
SELECT state.document_id, doc.import_id, doc.position, party.company_code, party.counterparty_code,
       party.counterparty_name,
       party.supplier_account_code, party.accounting_date, party.invoice_reason, party.company_currency_code,
       key.identity_key, key.registration_key, key.item_key_stem,
       doc.currency_code, doc.document_number, doc.document_date, doc.supplier_name, doc.is_credit_note,
       state.registered_by, state.decided_by,
       party.company_matched_by, party.supplier_matched_by,
       (SELECT coalesce(max(entry_id), 0) FROM ledger.journal_entry)
       + row_number() OVER (ORDER BY doc.file_number, doc.position) AS entry_id,
       (SELECT coalesce(max(registration_id), 0) FROM ledger.registration)
       + row_number() OVER (ORDER BY doc.file_number, doc.position) AS registration_id
FROM doc_state AS state
JOIN doc USING (document_id)
JOIN doc_party AS party USING (document_id)
JOIN doc_key AS key USING (document_id)
WHERE state.status = 'registered'

-- name: doc_payable
-- Grain: one instalment of a document that is registered now: its posting on the supplier's account and the open item
-- it opens. Inputs: doc_entry, doc_instalment, doc_iban, doc_posting, doc_total, doc_sum, doc_rate. company_amount is
-- what balances the entry, shared by the instalments (the last that is not zero takes what is left); amount is in the
-- document's currency; + is to pay. The key follows from the document alone, so that it stays the same in a ledger that
-- is rebuilt (E03): the stem of doc_key and the number of the instalment. Invariant: in the company's own currency the
-- entry comes to what is payable, and its rounding is no more than roundings can be.
CREATE OR REPLACE TEMP TABLE doc_payable AS
WITH balance AS (
    SELECT document_id, sum(amount) AS company_total,
           coalesce(sum(amount) FILTER (kind = 'rounding'), 0) AS rounding_amount, count(*) AS posting_count
    FROM doc_posting SEMI JOIN doc_entry USING (document_id) GROUP BY document_id
), sized AS (
    SELECT instalment.*, entry.entry_id, entry.item_key_stem, rate.minor_unit,
           CASE WHEN rate.is_own_currency
                     AND abs(balance.rounding_amount
                             - total.left_over * amount.economic_sign) > amount_of(rate.minor_unit)
                                 * balance.posting_count
                THEN error('the postings of document ' || instalment.document_id || ' leave more than roundings')
                ELSE balance.company_total END AS company_total,
           sum(instalment.amount) OVER same_document AS document_total,
           max(instalment.instalment) FILTER (instalment.amount <> 0) OVER same_document AS last_instalment
    FROM doc_instalment AS instalment
    JOIN doc_entry AS entry USING (document_id)
    JOIN balance USING (document_id)
    JOIN doc_total AS total USING (document_id)
    JOIN doc_sum AS amount USING (document_id)
    JOIN doc_rate AS rate USING (document_id)
    WINDOW same_document AS (PARTITION BY instalment.document_id)
), shared AS (
    SELECT sized.*, CASE WHEN document_total = 0 THEN 0
                         ELSE round_units(units_of(company_total) * units_of(amount), units_of(document_total),
                                          minor_unit) END AS share_units
    FROM sized
), exact AS (
    SELECT shared.*, sum(share_units) OVER (PARTITION BY document_id) AS shared_units FROM shared
)
SELECT document_id, entry_id, instalment, amount, due_date,
       -- What is paid before is never paid again, whatever becomes of the IBAN.
       coalesce(hold_reason,
                CASE WHEN document_id IN (SELECT document_id FROM doc_iban WHERE is_holding AND NOT is_answered)
                          THEN 'iban' END) AS hold_reason,
       amount_of(CASE WHEN instalment = last_instalment THEN units_of(company_total) - shared_units + share_units
                      ELSE share_units END) AS company_amount,
       item_key_stem || '-' || CASE WHEN instalment < 10 THEN '0' ELSE '' END || instalment AS open_item_key
FROM exact

-- name: entry_to_post
-- Grain: one journal entry per document that is registered now. Inputs: doc_entry, delivered; $now.
SELECT entry.entry_id, entry.import_id, delivered.attempt, 'invoice' AS entry_kind, entry.company_code,
       entry.accounting_date AS posting_date, entry.invoice_reason AS accounting_reason_code, NULL AS progressive,
       entry.registration_key AS movement_key, entry.position AS source_line, $now AS created_at
FROM doc_entry AS entry
JOIN delivered USING (import_id)

-- name: line_to_post
-- Grain: one posting of a document that is registered now: cost, VAT, withholding and the like by account, then one per
-- instalment. Inputs: doc_entry, doc_posting, doc_payable. Postings of nothing are left out; line numbers count from 1.
-- Descriptions name supplier and document, never the text of its lines.
WITH line AS (
    SELECT document_id, sort_number, account_code, kind, CAST(sum(amount) AS DECIMAL(18,4)) AS amount,
           NULL AS open_item_key,
           NULL AS currency_amount
    FROM doc_posting SEMI JOIN doc_entry USING (document_id)
    GROUP BY document_id, sort_number, account_code, kind
    HAVING sum(amount) <> 0
    UNION ALL
    SELECT document_id, 100 + instalment, NULL, 'payable', CAST(-company_amount AS DECIMAL(18,4)), open_item_key,
           CAST(-amount AS DECIMAL(18,4))
    FROM doc_payable
    WHERE company_amount <> 0
)
SELECT entry.entry_id,
       row_number() OVER (PARTITION BY line.document_id ORDER BY line.sort_number, line.account_code, line.kind)
           AS line_number,
       entry.import_id, entry.position AS source_line, NULL AS byte_start, NULL AS byte_end, entry.company_code,
       coalesce(line.account_code, entry.supplier_account_code) AS account_code, entry.accounting_date AS posting_date,
       entry.invoice_reason AS accounting_reason_code, entry.company_currency_code,
       greatest(line.amount, 0) AS debit_amount,
       greatest(-line.amount, 0) AS credit_amount,
       CASE WHEN line.currency_amount IS NULL THEN entry.company_currency_code
            ELSE entry.currency_code END AS currency_code,
       coalesce(line.currency_amount, line.amount) AS currency_amount,
       concat_ws(' ', CASE WHEN entry.is_credit_note THEN 'Credit note' ELSE 'Invoice' END, entry.document_number, 'of',
                 CAST(entry.document_date AS VARCHAR), entry.counterparty_name,
                 CASE WHEN line.kind NOT IN ('cost', 'payable') THEN '- ' || line.kind END) AS description,
       line.open_item_key, NULL AS settlement_flag, line.open_item_key IS NOT NULL AS is_linked, 0 AS linked_amount,
       NULL AS unlinked_reason
FROM line
JOIN doc_entry AS entry USING (document_id)

-- name: item_to_open
-- Grain: one open item per instalment of a document that is registered now. Inputs: doc_entry, doc_payable,
-- ledger.open_item. A negative instalment (a credit note) is an item on the debit side. An item that was withdrawn with
-- an earlier registration keeps its number.
SELECT coalesce(known.item_id, (SELECT coalesce(max(item_id), 0) FROM ledger.open_item)
                               + row_number() OVER (PARTITION BY known.item_id IS NULL ORDER BY entry.entry_id,
                                                    payable.instalment)) AS item_id,
       entry.company_code, entry.supplier_account_code AS account_code, payable.open_item_key,
       CASE WHEN payable.company_amount > 0 THEN 'credit' ELSE 'debit' END AS side, entry.document_number,
       entry.document_date,
       payable.due_date, entry.currency_code, abs(payable.amount) AS original_amount,
       abs(payable.company_amount) AS original_amount_company_currency, payable.hold_reason,
       concat_ws(' ', CASE WHEN entry.is_credit_note THEN 'Credit note' ELSE 'Invoice' END, entry.document_number,
                 entry.counterparty_name) AS description,
       'invoice' AS origin, entry.entry_id AS opened_by_entry_id
FROM doc_payable AS payable
JOIN doc_entry AS entry USING (document_id)
LEFT JOIN ledger.open_item AS known ON known.company_code = entry.company_code
  AND known.open_item_key = payable.open_item_key
WHERE payable.company_amount <> 0

-- name: insert_registration
-- Grain: one registration of a document. Inputs: doc, doc_entry, doc_total, doc_line_check, doc_instalment, doc_part,
-- document_reference, ledger.registration, ledger.document; $now, $run_id, $reference_version, $rules_version. The
-- evidence says in words how everything was recognised. A credit note names the registration of the invoice that it
-- refers to, if it is known; both may be registered now (a year in one archive).
INSERT INTO ledger.registration (registration_id, registration_key, document_id, entry_id, company_code,
                                 counterparty_code,
    supplier_account_code, accounting_date, registered_by, evidence, reference_version, run_id, requested_by,
    credits_registration_id, registered_at, identity_key, rules_version)
WITH rule AS (
    SELECT document_id,
           string_agg(DISTINCT account_code || ' by ' || rule_kind || coalesce(' ' || rule_code, '') || ', VAT code '
                      || vat_code, '; '
                                   ORDER BY account_code || ' by ' || rule_kind || coalesce(' ' || rule_code, '')
                                       || ', VAT code ' || vat_code) AS rules
    FROM doc_part GROUP BY document_id
), invoice AS (
    SELECT known.registration_id, known.company_code, known.counterparty_code, document.document_number,
           document.document_date
    FROM ledger.registration AS known
    JOIN ledger.document AS document USING (document_id)
    WHERE known.undone_at IS NULL
    UNION ALL
    SELECT registration_id, company_code, counterparty_code, document_number, document_date FROM doc_entry
), named AS (
    SELECT entry.document_id, max(invoice.registration_id) AS registration_id
    FROM doc_entry AS entry
    JOIN doc USING (document_id)
    JOIN document_reference AS reference ON reference.file_number = doc.file_number
      AND reference.position = doc.position AND reference.kind = 'invoice'
    JOIN invoice ON invoice.company_code = entry.company_code AND invoice.counterparty_code = entry.counterparty_code
     AND invoice.registration_id <> entry.registration_id
     AND upper(trim(invoice.document_number)) = upper(trim(reference.number))
     AND (reference.reference_date IS NULL OR invoice.document_date = reference.reference_date)
    WHERE entry.is_credit_note
    GROUP BY entry.document_id
)
SELECT entry.registration_id, entry.registration_key, entry.document_id, entry.entry_id, entry.company_code,
       entry.counterparty_code,
       entry.supplier_account_code, entry.accounting_date, entry.registered_by,
       concat_ws('. ', 'Company by ' || entry.company_matched_by, 'Supplier by ' || entry.supplier_matched_by,
                 'Account ' || rule.rules,
                 'Total: ' || total.total_convention, 'Lines: ' || line.convention,
                 'Instalments: ' || (SELECT min(convention) FROM doc_instalment AS instalment
                                     WHERE instalment.document_id = entry.document_id)),
       $reference_version, $run_id, entry.decided_by, named.registration_id, $now, entry.identity_key, $rules_version
FROM doc_entry AS entry
JOIN doc_total AS total USING (document_id)
LEFT JOIN doc_line_check AS line USING (document_id)
LEFT JOIN rule USING (document_id)
LEFT JOIN named USING (document_id)

-- name: insert_registration_part
-- Grain: one part of a registration. Inputs: doc_entry, doc_part.
INSERT INTO ledger.registration_part
SELECT entry.registration_id, part.ordinal, part.vat_rate, part.vat_nature, part.account_code, part.vat_code,
       part.rule_kind, part.rule_code,
       part.taxable, part.vat + part.charged, part.deductible,
       CASE WHEN part.treatment = 'deferred' THEN part.deductible ELSE 0 END
FROM doc_entry AS entry
JOIN doc_part AS part USING (document_id)
