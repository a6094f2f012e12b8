-- Grain: one posting of an invoice that is booked now: the customer by instalment, then revenue, VAT and rounding by account. Inputs:
-- sale_entry, sale_receivable, sale_posting; $import_id. Postings of nothing are left out; line numbers count from 1. Descriptions
-- name customer and document, never the text of its lines. Every posting names the place of the invoice in its file.
WITH line AS (
    SELECT position, instalment AS sort_number, NULL AS account_code, company_amount AS amount, open_item_key, amount AS currency_amount
    FROM sale_receivable
    WHERE company_amount <> 0
    UNION ALL
    SELECT position, 100000 + sort_number, account_code, amount, NULL, NULL
    FROM sale_posting
    WHERE amount <> 0
)
SELECT entry.entry_id, row_number() OVER (PARTITION BY line.position ORDER BY line.sort_number, line.account_code) AS line_number,
       $import_id AS import_id, entry.line_number AS source_line, entry.byte_start, entry.byte_end, entry.company_code,
       coalesce(line.account_code, entry.customer_account_code) AS account_code, entry.document_date AS posting_date,
       entry.sales_reason AS accounting_reason_code, entry.company_currency_code, greatest(line.amount, 0) AS debit_amount,
       greatest(-line.amount, 0) AS credit_amount,
       CASE WHEN line.currency_amount IS NULL THEN entry.company_currency_code ELSE entry.currency_code END AS currency_code,
       coalesce(line.currency_amount, line.amount) AS currency_amount,
       concat_ws(' ', CASE WHEN entry.is_credit_note THEN 'Credit note' ELSE 'Invoice' END, entry.document_number, 'of',
                 CAST(entry.document_date AS VARCHAR), entry.counterparty_name,
                 CASE line.sort_number WHEN 100020 THEN '- VAT' WHEN 100030 THEN '- rounding' END) AS description,
       line.open_item_key, NULL AS settlement_flag, line.open_item_key IS NOT NULL AS is_linked, 0 AS linked_amount,
       NULL AS unlinked_reason
FROM line
JOIN sale_entry AS entry USING (position)
