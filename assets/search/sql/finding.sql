-- Everything that has a number, a name or an amount.

-- name: counterparty
-- Grain: one counterparty in force. Inputs: ledger.counterparty, ledger.reference_file. Parameter: counterparty_code.
SELECT counterparty_code, counterparty_name, counterparty_kind, country_code, vat_number, tax_code, iban
FROM ledger.counterparty
WHERE version = (SELECT max(version) FROM ledger.reference_file WHERE file_name = 'counterparties.csv')
  AND counterparty_code = $counterparty_code

-- name: find_files
-- Grain: one import whose file has a text in its name, folders and archives before it left out, or in its partition
-- key. Input: ledger.file_import. Parameters: text, limit. Order: the newest first.
SELECT 'file' AS kind, 'I' || import_id AS reference, import_id AS number, 'part of the name' AS matched_by,
       source_file AS name,
       CAST(imported_at AS DATE) AS day, status
FROM ledger.file_import
WHERE contains(lower(regexp_extract(source_file, '[^/]*$')), lower($text))
   OR contains(lower(partition_key), lower($text))
ORDER BY imported_at DESC, import_id DESC
LIMIT $limit

-- name: counterparty_accounts
-- Grain: one account of a counterparty, side and currency of its open items (null: it has none). Inputs: named_account,
-- ledger.open_item. Parameter: counterparty_code. Order: company, account, side, currency.
SELECT named.company_code, named.account_code, named.account_name, item.side, count(item.item_id) AS open_item_count,
       sum(item.original_amount - item.settled_amount) AS residual_total, item.currency_code
FROM named_account() AS named
LEFT JOIN ledger.open_item AS item
       ON item.company_code = named.company_code AND item.account_code = named.account_code AND item.status = 'open'
WHERE named.counterparty_code = $counterparty_code
GROUP BY named.company_code, named.account_code, named.account_name, item.side, item.currency_code
ORDER BY named.company_code, named.account_code, item.side, item.currency_code

-- name: find_counterparties
-- Grain: one counterparty in force, or account that is nobody's, that a text could mean: its code, its numbers, or
-- words of its name. Inputs: ledger.reference_file, ledger.counterparty, ledger.counterparty_identifier,
-- ledger.iban_answer (confirmed IBANs), named_account, has_words. Parameters: text, name and identifier (null: none of
-- those), limit. Order: counterparties first, then by code.
WITH version AS (
    SELECT file_name, max(version) AS newest FROM ledger.reference_file GROUP BY file_name
), party AS (
    SELECT counterparty_code, counterparty_name, vat_number, tax_code,
           regexp_replace(upper(iban), '[^A-Z0-9]', '', 'g') AS iban,
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
SELECT 'counterparty' AS kind, party.counterparty_code AS reference, NULL AS company_code,
       party.counterparty_name AS name,
       CASE WHEN lower(party.counterparty_code) = lower($text) THEN 'code'
            ELSE coalesce(number_of.matched_by, 'name') END AS matched_by
FROM party
LEFT JOIN number_of USING (counterparty_code)
WHERE lower(party.counterparty_code) = lower($text) OR number_of.counterparty_code IS NOT NULL
   OR ($name IS NOT NULL AND has_words(party.counterparty_name, $name))
UNION ALL
SELECT 'account', account_code, company_code, account_name,
       CASE WHEN lower(account_code) = lower($text) THEN 'code' ELSE 'name' END
FROM named_account()
WHERE (counterparty_code IS NULL AND $name IS NOT NULL AND has_words(account_name, $name))
  OR lower(account_code) = lower($text)
ORDER BY kind DESC, reference, company_code
LIMIT $limit

-- name: find_documents
-- Grain: one e-invoice of a supplier that a text could mean: its number (or, with a pattern, a part of it), its
-- supplier's numbers or an IBAN in it, words of the supplier's name where he is nobody's counterparty, its total or
-- what is payable, or its date. Inputs: ledger.document, ledger.registration, ledger.doubtful_iban,
-- has_words. Parameters: text, pattern, name, identifier, amount and other_amount, day (null: none
-- of those), limit. Order: numbers first, then those to register, the newest first.
WITH found AS (
    SELECT document.*,
           CASE WHEN lower(document_number) = lower($text) THEN 'number'
                WHEN abs(total_amount) IN (CAST($amount AS DECIMAL(18,4)), CAST($other_amount AS DECIMAL(18,4)))
                  OR abs(payable_amount) IN (CAST($amount AS DECIMAL(18,4)), CAST($other_amount AS DECIMAL(18,4)))
                      THEN 'amount'
                WHEN document_date = CAST($day AS DATE) THEN 'date'
                WHEN upper(supplier_vat_number) = $identifier
                    OR upper(supplier_country_code || supplier_vat_number) = $identifier THEN 'VAT number'
                WHEN upper(supplier_tax_code) = $identifier THEN 'tax code'
                WHEN counterparty_code IS NULL AND has_words(supplier_name, $name) THEN 'name'
                WHEN $identifier IS NOT NULL
                    AND (contains(regexp_replace(upper(payee_ibans), '[^A-Z0-9,;]', '', 'g'), $identifier)
                  OR doubtful.document_id IS NOT NULL) THEN 'IBAN'
                ELSE 'part of the number' END AS matched_by
    FROM ledger.document AS document
    LEFT JOIN (SELECT DISTINCT document_id FROM ledger.doubtful_iban WHERE iban = $identifier)
      AS doubtful USING (document_id)
    WHERE lower(document_number) = lower($text)
       OR ($pattern IS NOT NULL AND contains(lower(document_number), lower($text)))
       OR ($amount IS NOT NULL
           AND (abs(total_amount) IN (CAST($amount AS DECIMAL(18,4)), CAST($other_amount AS DECIMAL(18,4)))
                OR abs(payable_amount) IN (CAST($amount AS DECIMAL(18,4)), CAST($other_amount AS DECIMAL(18,4)))))
       OR document_date = CAST($day AS DATE)
       OR ($identifier IS NOT NULL
           AND ((counterparty_code IS NULL
                 AND (upper(supplier_vat_number) = $identifier
                      OR upper(supplier_country_code || supplier_vat_number) = $identifier
                      OR upper(supplier_tax_code) = $identifier))
                OR contains(regexp_replace(upper(payee_ibans), '[^A-Z0-9,;]', '', 'g'), $identifier)
                OR doubtful.document_id IS NOT NULL))
       OR ($name IS NOT NULL AND counterparty_code IS NULL AND has_words(supplier_name, $name))
    ORDER BY matched_by = 'number' DESC, status = 'to_register' DESC, document_date DESC NULLS LAST, document_id
    LIMIT $limit
)
SELECT 'document' AS kind, 'D' || found.document_id AS reference, found.document_id AS number, found.matched_by,
       found.company_code,
       found.supplier_name AS name, found.document_number, found.document_date AS day, found.total_amount AS amount,
       found.currency_code, found.status, registration.entry_id
FROM found
LEFT JOIN ledger.registration AS registration ON registration.document_id = found.document_id
  AND registration.undone_at IS NULL
ORDER BY found.matched_by = 'number' DESC, found.status = 'to_register' DESC, found.document_date DESC NULLS LAST,
         found.document_id

-- name: find_sales
-- Grain: one sales invoice that a text could mean: its number or our reference (or, with a pattern, a part of it), the
-- registration number of the accounting program, words of the customer's name where he is nobody's counterparty, its
-- total, or its date. Inputs: ledger.reference_file, ledger.sales_invoice, ledger.sync_outbox, ledger.counterparty,
-- has_words. Parameters: text, pattern, name, identifier, amount and other_amount, day (null: none of those), limit.
-- Order: numbers first, the newest first.
WITH found AS (
    SELECT invoice.*, outbox.registration_number,
           CASE WHEN lower(outbox.registration_number) = lower($text) THEN 'registration number'
                WHEN lower(invoice.document_number) = lower($text)
                    OR lower(invoice.reference) = lower($text) THEN 'number'
                WHEN invoice.total_amount IN (CAST($amount AS DECIMAL(18,4)), CAST($other_amount AS DECIMAL(18,4)))
                    THEN 'amount'
                WHEN invoice.document_date = CAST($day AS DATE) THEN 'date'
                WHEN upper(invoice.customer_vat_number) = $identifier
                  OR upper(invoice.customer_country_code || invoice.customer_vat_number) = $identifier THEN 'VAT number'
                WHEN upper(invoice.customer_tax_code) = $identifier THEN 'tax code'
                WHEN $name IS NOT NULL AND invoice.customer_code IS NULL
                    AND has_words(invoice.customer_name, $name) THEN 'name'
                ELSE 'part of the number' END AS matched_by
    FROM ledger.sales_invoice AS invoice
    LEFT JOIN ledger.sync_outbox AS outbox USING (invoice_id)
    WHERE lower(invoice.document_number) = lower($text) OR lower(invoice.reference) = lower($text)
       OR lower(outbox.registration_number) = lower($text)
       OR ($pattern IS NOT NULL AND (contains(lower(invoice.document_number), lower($text))
                                     OR contains(lower(invoice.reference), lower($text))
                         OR contains(lower(outbox.registration_number), lower($text))))
       OR invoice.total_amount IN (CAST($amount AS DECIMAL(18,4)), CAST($other_amount AS DECIMAL(18,4)))
       OR invoice.document_date = CAST($day AS DATE)
       OR ($identifier IS NOT NULL AND invoice.customer_code IS NULL
           AND (upper(invoice.customer_vat_number) = $identifier
                OR upper(invoice.customer_country_code || invoice.customer_vat_number) = $identifier
                OR upper(invoice.customer_tax_code) = $identifier))
       OR ($name IS NOT NULL AND invoice.customer_code IS NULL AND has_words(invoice.customer_name, $name))
    ORDER BY matched_by IN ('number', 'registration number') DESC, document_date DESC, invoice_id
    LIMIT $limit
)
SELECT 'invoice' AS kind, found.reference, found.invoice_id AS number, found.matched_by, found.company_code,
       coalesce(found.customer_name, party.counterparty_name) AS name, found.document_number,
       found.document_date AS day,
       found.total_amount AS amount, found.currency_code, found.status, found.entry_id
FROM found
LEFT JOIN ledger.counterparty AS party
       ON party.counterparty_code = found.customer_code
      AND party.version = (SELECT max(version) FROM ledger.reference_file WHERE file_name = 'counterparties.csv')
ORDER BY matched_by IN ('number', 'registration number') DESC, document_date DESC, invoice_id

-- name: find_postings
-- Grain: one posting that a text could mean: its amount, in the company's currency or its own, or its date. status is
-- its side, and whether its entry is reversed or reverses another one. Inputs: ledger.posting, named_account,
-- ledger.reversed_entry. Parameters: amount and other_amount, day (null: none of those), limit. Order: the
-- newest first.
WITH found AS (
    SELECT entry_id, line_number, company_code, account_code, posting_date, company_currency_code,
           debit_amount + credit_amount AS amount,
           CASE WHEN debit_amount > 0 THEN 'debit' ELSE 'credit' END AS side,
           CASE WHEN posting_date = CAST($day AS DATE) THEN 'date' ELSE 'amount' END AS matched_by
    FROM ledger.posting
    WHERE ($amount IS NOT NULL
           AND (debit_amount IN (CAST($amount AS DECIMAL(18,4)), CAST($other_amount AS DECIMAL(18,4)))
                OR credit_amount IN (CAST($amount AS DECIMAL(18,4)), CAST($other_amount AS DECIMAL(18,4)))
                OR abs(currency_amount) IN (CAST($amount AS DECIMAL(18,4)), CAST($other_amount AS DECIMAL(18,4)))))
       OR posting_date = CAST($day AS DATE)
    ORDER BY posting_date DESC, entry_id DESC, line_number
    LIMIT $limit
)
SELECT 'posting' AS kind, found.entry_id || '/' || found.line_number AS reference, found.entry_id AS number,
       found.line_number,
       found.matched_by, found.company_code, coalesce(named.counterparty_name, named.account_name) AS name,
       found.posting_date AS day, found.amount, found.company_currency_code AS currency_code,
       found.side || CASE WHEN reversed.entry_id IS NOT NULL THEN ', reversed'
                          WHEN found.entry_id IN (SELECT reversal_entry_id FROM ledger.reversed_entry)
                          THEN ', reversal' ELSE '' END AS status,
       found.entry_id
FROM found
LEFT JOIN named_account() AS named USING (company_code, account_code)
LEFT JOIN ledger.reversed_entry AS reversed ON reversed.entry_id = found.entry_id
ORDER BY found.posting_date DESC, found.entry_id DESC, found.line_number

-- name: find_items
-- Grain: one open item that a text could mean: its document's number or its key (or, with a pattern, a part of them),
-- its amount or what is left of it, or its due date. Inputs: ledger.open_item, named_account. Parameters: text,
-- spellings (of the text: upper and lower case), pattern (null: whole numbers only; else the text between two %),
-- amounts, day (null: none), limit. Each condition looks through one column, which takes a fifth of the time of one
-- look with all of them. Order: numbers first, then open ones, the newest first.
WITH candidate AS (
    SELECT item_id FROM ledger.open_item WHERE document_number IN (SELECT unnest(CAST($spellings AS VARCHAR[])))
    UNION
    SELECT item_id FROM ledger.open_item WHERE open_item_key IN (SELECT unnest(CAST($spellings AS VARCHAR[])))
    UNION
    SELECT item_id FROM ledger.open_item WHERE document_number ILIKE $pattern
        AND contains(lower(document_number), lower($text))
    UNION
    SELECT item_id FROM ledger.open_item WHERE open_item_key ILIKE $pattern
        AND contains(lower(open_item_key), lower($text))
    UNION
    SELECT item_id FROM ledger.open_item WHERE original_amount IN (SELECT unnest(CAST($amounts AS DECIMAL(18,4)[])))
    UNION
    SELECT item_id FROM ledger.open_item
    WHERE CAST(original_amount - settled_amount AS DECIMAL(18,4)) IN (SELECT unnest(CAST($amounts AS DECIMAL(18,4)[])))
    UNION
    SELECT item_id FROM ledger.open_item WHERE due_date = CAST($day AS DATE)
), found AS (
    SELECT item_id, company_code, account_code, open_item_key, document_number,
           coalesce(due_date, document_date) AS day, currency_code,
           original_amount, original_amount - settled_amount AS residual_amount, status, opened_by_entry_id,
           CASE WHEN lower(open_item_key) = lower($text) OR lower(document_number) = lower($text) THEN 'number'
                WHEN list_contains(CAST($amounts AS DECIMAL(18,4)[]), original_amount)
                  OR list_contains(CAST($amounts AS DECIMAL(18,4)[]),
                                   CAST(original_amount - settled_amount AS DECIMAL(18,4)))
                THEN 'amount'
                WHEN due_date = CAST($day AS DATE) THEN 'date'
                ELSE 'part of the number' END AS matched_by
    FROM ledger.open_item
    SEMI JOIN candidate USING (item_id)
    ORDER BY matched_by = 'number' DESC, status = 'open' DESC, day DESC NULLS LAST, item_id
    LIMIT $limit
)
SELECT 'item' AS kind, found.company_code || ':' || found.open_item_key AS reference, found.item_id AS number,
       found.matched_by,
       found.company_code, coalesce(named.counterparty_name, named.account_name) AS name, found.document_number,
       found.day,
       CASE WHEN found.status = 'open' THEN found.residual_amount ELSE found.original_amount END AS amount,
       found.currency_code,
       found.status, found.opened_by_entry_id AS entry_id
FROM found
LEFT JOIN named_account() AS named USING (company_code, account_code)
ORDER BY found.matched_by = 'number' DESC, found.status = 'open' DESC, found.day DESC NULLS LAST, found.item_id
