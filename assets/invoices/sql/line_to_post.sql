-- Grain: one posting of a document that is registered now: cost, VAT, withholding and the like by account, then one
-- per instalment. Inputs: doc_entry, doc_posting, doc_payable. Postings of nothing are left out; line numbers count
-- from 1. Descriptions name supplier and document, never the text of its lines.
WITH line AS (
    SELECT document_id, sort_number, account_code, kind, CAST(sum(amount) AS DECIMAL(18,4)) AS amount, NULL AS open_item_key,
           NULL AS currency_amount
    FROM doc_posting SEMI JOIN doc_entry USING (document_id)
    GROUP BY document_id, sort_number, account_code, kind
    HAVING sum(amount) <> 0
    UNION ALL
    SELECT document_id, 100 + instalment, NULL, 'payable', CAST(-company_amount AS DECIMAL(18,4)), open_item_key, CAST(-amount AS DECIMAL(18,4))
    FROM doc_payable
    WHERE company_amount <> 0
)
SELECT entry.entry_id,
       row_number() OVER (PARTITION BY line.document_id ORDER BY line.sort_number, line.account_code, line.kind) AS line_number,
       entry.import_id, entry.position AS source_line, NULL AS byte_start, NULL AS byte_end, entry.company_code,
       coalesce(line.account_code, entry.supplier_account_code) AS account_code, entry.accounting_date AS posting_date,
       entry.invoice_reason AS accounting_reason_code, entry.company_currency_code, greatest(line.amount, 0) AS debit_amount,
       greatest(-line.amount, 0) AS credit_amount,
       CASE WHEN line.currency_amount IS NULL THEN entry.company_currency_code ELSE entry.currency_code END AS currency_code,
       coalesce(line.currency_amount, line.amount) AS currency_amount,
       concat_ws(' ', CASE WHEN entry.is_credit_note THEN 'Credit note' ELSE 'Invoice' END, entry.document_number, 'of',
                 CAST(entry.document_date AS VARCHAR), entry.counterparty_name,
                 CASE WHEN line.kind NOT IN ('cost', 'payable') THEN '- ' || line.kind END) AS description,
       line.open_item_key, NULL AS settlement_flag, line.open_item_key IS NOT NULL AS is_linked, 0 AS linked_amount,
       NULL AS unlinked_reason
FROM line
JOIN doc_entry AS entry USING (document_id)
