-- A sales invoice becomes an entry, postings and open items.

-- name: sale_entry
-- Grain: one invoice that is kept now, as a draft or booked, with its ids. Inputs: sale, sale_state, sale_party,
-- ledger.sales_invoice, ledger.journal_entry. Ids follow the order of the file without a gap; a draft that is kept
-- already has its own. direction: +1 where the customer owes, -1 for a credit note.
CREATE OR REPLACE TEMP TABLE sale_entry AS
WITH kept AS (
    SELECT sale.*, state.status, state.content_sha256, party.counterparty_code, party.customer_account_code,
           party.counterparty_name,
           party.country_code AS party_country_code, party.vat_number AS party_vat_number,
           party.tax_code AS party_tax_code
    FROM sale_state AS state
    JOIN sale USING (position)
    JOIN sale_party AS party USING (position)
    WHERE state.status IN ('draft', 'booked')
)
SELECT *, CASE WHEN is_credit_note THEN -1 ELSE 1 END AS direction,
       coalesce(known_invoice_id, (SELECT coalesce(max(invoice_id), 0) FROM ledger.sales_invoice)
                                  + row_number() OVER (PARTITION BY known_invoice_id IS NULL ORDER BY position))
                                      AS invoice_id,
       CASE WHEN status = 'booked' THEN (SELECT coalesce(max(entry_id), 0) FROM ledger.journal_entry)
                                        + row_number() OVER (PARTITION BY status ORDER BY position) END AS entry_id
FROM kept

-- name: sale_posting
-- Grain: one credit of an invoice that is booked now, by account: revenue, VAT, and what the total was rounded by, in
-- the company's currency, + debit. Inputs: sale_entry, sale_line, sale_vat, sale_total, sale_rate. sort_number orders
-- the postings of an entry.
CREATE OR REPLACE TEMP TABLE sale_posting AS
WITH part AS (
    SELECT line.position, 10 AS sort_number, line.account_code, CAST(sum(line.net_amount) AS DECIMAL(38,4)) AS amount
    FROM sale_line AS line
    GROUP BY line.position, line.account_code
    UNION ALL
    SELECT vat.position, 20, vat.vat_account_code,
           CAST(sum(vat.computed_amount + CASE WHEN vat.is_largest THEN total.vat_difference_amount ELSE 0 END)
                AS DECIMAL(38,4))
    FROM sale_vat AS vat
    JOIN sale_total AS total USING (position)
    GROUP BY vat.position, vat.vat_account_code
    UNION ALL
    SELECT entry.position, 30, entry.rounding_account, CAST(total.payable_rounding_amount AS DECIMAL(38,4))
    FROM sale_entry AS entry
    JOIN sale_total AS total USING (position)
)
SELECT entry.entry_id, entry.position, part.sort_number, part.account_code,
       amount_of(-entry.direction * round_units(units_of(part.amount) * 1000000, rate.rate_units,
                                                rate.company_minor_unit)) AS amount
FROM part
JOIN sale_entry AS entry USING (position)
JOIN sale_rate AS rate USING (position)
WHERE entry.status = 'booked' AND part.amount <> 0

-- name: sale_receivable
-- Grain: one instalment of an invoice that is booked now: its posting on the customer's account and the open item it
-- opens. Inputs: sale_entry, sale_due, sale_posting, sale_rate. company_amount is what balances the entry, shared by
-- the instalments (the last takes what is left); amount is in the invoice's currency; both + to collect, - to give
-- back. The key is the reference and the number of the instalment (E03).
CREATE OR REPLACE TEMP TABLE sale_receivable AS
WITH balance AS (
    SELECT position, -sum(amount) AS company_total FROM sale_posting GROUP BY position
), shared AS (
    SELECT entry.entry_id, entry.position, entry.reference, due.instalment, due.instalment_count, due.due_date,
           due.amount * entry.direction AS amount,
           coalesce(balance.company_total, 0) AS company_total,
           CASE WHEN sum(due.amount) OVER same_sale = 0 THEN 0
                ELSE round_units(units_of(coalesce(balance.company_total, 0)) * units_of(due.amount),
                                 units_of(sum(due.amount) OVER same_sale), rate.company_minor_unit) END AS share_units
    FROM sale_entry AS entry
    JOIN sale_due AS due USING (position)
    JOIN sale_rate AS rate USING (position)
    LEFT JOIN balance USING (position)
    WHERE entry.status = 'booked'
    WINDOW same_sale AS (PARTITION BY due.position)
), exact AS (
    SELECT shared.*, sum(share_units) OVER (PARTITION BY position) AS shared_units FROM shared
)
SELECT entry_id, position, instalment, due_date, CAST(amount AS DECIMAL(18,4)) AS amount,
       amount_of(CASE WHEN instalment = instalment_count THEN units_of(company_total) - shared_units + share_units
                      ELSE share_units END) AS company_amount,
       reference || '-' || printf('%02d', instalment) AS open_item_key
FROM exact

-- name: entry_to_post
-- Grain: one journal entry per invoice that is booked now. Inputs: sale_entry; $import_id, $attempt, $now.
SELECT entry_id, $import_id AS import_id, $attempt AS attempt, 'sales' AS entry_kind, company_code,
       document_date AS posting_date,
       sales_reason AS accounting_reason_code, NULL AS progressive, registration_key AS movement_key,
       line_number AS source_line,
       $now AS created_at
FROM sale_entry
WHERE status = 'booked'

-- name: line_to_post
-- Grain: one posting of an invoice that is booked now: the customer by instalment, then revenue, VAT and rounding by
-- account. Inputs: sale_entry, sale_receivable, sale_posting; $import_id. Postings of nothing are left out; line
-- numbers count from 1. Descriptions name customer and document, never the text of its lines. Every posting names the
-- place of the invoice in its file.
WITH line AS (
    SELECT position, instalment AS sort_number, NULL AS account_code, company_amount AS amount, open_item_key,
           amount AS currency_amount
    FROM sale_receivable
    WHERE company_amount <> 0
    UNION ALL
    SELECT position, 100000 + sort_number, account_code, amount, NULL, NULL
    FROM sale_posting
    WHERE amount <> 0
)
SELECT entry.entry_id, row_number() OVER (PARTITION BY line.position ORDER BY line.sort_number, line.account_code)
    AS line_number,
       $import_id AS import_id, entry.line_number AS source_line, entry.byte_start, entry.byte_end, entry.company_code,
       coalesce(line.account_code, entry.customer_account_code) AS account_code, entry.document_date AS posting_date,
       entry.sales_reason AS accounting_reason_code, entry.company_currency_code,
       greatest(line.amount, 0) AS debit_amount,
       greatest(-line.amount, 0) AS credit_amount,
       CASE WHEN line.currency_amount IS NULL THEN entry.company_currency_code
            ELSE entry.currency_code END AS currency_code,
       coalesce(line.currency_amount, line.amount) AS currency_amount,
       concat_ws(' ', CASE WHEN entry.is_credit_note THEN 'Credit note' ELSE 'Invoice' END, entry.document_number, 'of',
                 CAST(entry.document_date AS VARCHAR), entry.counterparty_name,
                 CASE line.sort_number WHEN 100020 THEN '- VAT' WHEN 100030 THEN '- rounding' END) AS description,
       line.open_item_key, NULL AS settlement_flag, line.open_item_key IS NOT NULL AS is_linked, 0 AS linked_amount,
       NULL AS unlinked_reason
FROM line
JOIN sale_entry AS entry USING (position)

-- name: item_to_open
-- Grain: one open item per instalment of an invoice that is booked now; on the credit side for a credit note. Inputs:
-- sale_entry, sale_receivable, ledger.open_item. Keys are unique for ever.
SELECT (SELECT coalesce(max(item_id), 0) FROM ledger.open_item)
    + row_number() OVER (ORDER BY due.entry_id, due.instalment) AS item_id,
       entry.company_code, entry.customer_account_code AS account_code, due.open_item_key,
       CASE WHEN due.company_amount > 0 THEN 'debit' ELSE 'credit' END AS side, entry.document_number,
       entry.document_date, due.due_date,
       entry.currency_code, abs(due.amount) AS original_amount,
       abs(due.company_amount) AS original_amount_company_currency,
       concat_ws(' ', CASE WHEN entry.is_credit_note THEN 'Credit note' ELSE 'Invoice' END, entry.document_number,
                 entry.counterparty_name) AS description,
       'sales' AS origin, due.entry_id AS opened_by_entry_id, CAST(NULL AS VARCHAR) AS hold_reason
FROM sale_receivable AS due
JOIN sale_entry AS entry USING (position)
WHERE due.company_amount <> 0

-- name: keep_invoice
-- Grain: one invoice that is kept now: a new one, or the newer content of a draft. Inputs: sale_entry, sale_total,
-- sale_content; $import_id, $now. Master data that the file does not name are those of counterparties.csv. What is
-- booked is never met here.
MERGE INTO ledger.sales_invoice AS kept
USING (
    SELECT entry.*, total.net_amount, total.vat_amount, total.total_amount, total.payable_rounding_amount,
           total.total_convention, content.instalments, content.last_due_date
    FROM sale_entry AS entry
    JOIN sale_total AS total USING (position)
    JOIN sale_content AS content USING (position)
) AS news
ON kept.invoice_id = news.invoice_id
WHEN MATCHED AND kept.status = 'draft' THEN UPDATE
    SET import_id = $import_id, position = news.position, document_number = news.document_number,
        document_date = news.document_date,
        due_date = news.last_due_date, currency_code = news.currency_code, status = news.status,
        source_status = news.source_status,
        customer_code = news.counterparty_code, customer_account_code = news.customer_account_code,
        customer_name = coalesce(news.customer_name, news.counterparty_name),
        customer_country_code = coalesce(news.customer_country_code, news.party_country_code),
        customer_vat_number = coalesce(news.customer_vat_number, news.party_vat_number),
        customer_tax_code = coalesce(news.customer_tax_code, news.party_tax_code),
        customer_address = news.customer_address,
        customer_postal_code = news.customer_postal_code, customer_city = news.customer_city,
        net_amount = news.net_amount,
        vat_amount = news.vat_amount, total_amount = news.total_amount,
        payable_rounding_amount = news.payable_rounding_amount, total_convention = news.total_convention,
        instalments = news.instalments, content_sha256 = news.content_sha256, entry_id = news.entry_id,
        received_at = $now,
        booked_at = CASE WHEN news.status = 'booked' THEN $now END
WHEN MATCHED THEN ERROR 'a booked invoice never changes'
WHEN NOT MATCHED THEN INSERT
    (invoice_id, reference, import_id, position, company_code, is_credit_note, document_number, document_date,
     due_date, currency_code,
     status, source_status, customer_code, customer_account_code, customer_name, customer_country_code,
     customer_vat_number,
     customer_tax_code, customer_address, customer_postal_code, customer_city, net_amount, vat_amount, total_amount,
     payable_rounding_amount, total_convention, instalments, content_sha256, entry_id, received_at, booked_at)
    VALUES (news.invoice_id, news.reference, $import_id, news.position, news.company_code, news.is_credit_note,
            news.document_number,
            news.document_date, news.last_due_date, news.currency_code, news.status, news.source_status,
            news.counterparty_code,
            news.customer_account_code, coalesce(news.customer_name, news.counterparty_name),
            coalesce(news.customer_country_code, news.party_country_code),
            coalesce(news.customer_vat_number, news.party_vat_number),
            coalesce(news.customer_tax_code, news.party_tax_code), news.customer_address, news.customer_postal_code,
            news.customer_city,
            news.net_amount, news.vat_amount, news.total_amount, news.payable_rounding_amount, news.total_convention,
            news.instalments, news.content_sha256, news.entry_id, $now, CASE WHEN news.status = 'booked' THEN $now END)

-- name: drop_line
-- Grain: one line of a draft that its newer content no longer has. Inputs: sale_entry, sale_line.
DELETE FROM ledger.sales_line AS kept
WHERE EXISTS (SELECT 1 FROM sale_entry AS entry
              WHERE entry.known_invoice_id = kept.invoice_id
                AND kept.line_number > (SELECT max(line.ordinal) FROM sale_line AS line
                                        WHERE line.position = entry.position))

-- name: keep_line
-- Grain: one line of an invoice that is kept now. Inputs: sale_entry, sale_line. Lines of a draft are replaced by
-- number.
INSERT INTO ledger.sales_line
SELECT entry.invoice_id, line.ordinal, line.description, line.net_amount, line.vat_rate, line.vat_nature,
       line.account_code, line.vat_code,
       line.rule_code
FROM sale_line AS line
JOIN sale_entry AS entry USING (position)
ON CONFLICT (invoice_id, line_number) DO UPDATE
SET description = excluded.description, net_amount = excluded.net_amount, vat_rate = excluded.vat_rate,
    vat_nature = excluded.vat_nature,
    account_code = excluded.account_code, vat_code = excluded.vat_code, rule_code = excluded.rule_code
