-- Grain: one row: the highest numbers in use, and one hash over the entries, postings, open items, settlements and documents whose numbers are
-- higher than those that are given, as they stand. Numbers given by the ledger are not in the hash, so that a difference shows once, and
-- not in all that follows it. Inputs: ledger.journal_entry, posting, open_item, settlement, document, registration, correction, file_import,
-- sales_invoice; $entry, $item, $settlement, $document.
WITH line AS (
    SELECT 1 AS kind, entry_id AS first_id, 0 AS second_id, sha256(concat_ws(chr(31), entry_kind, company_code, posting_date, accounting_reason_code,
               coalesce(progressive, ''), coalesce(movement_key, ''), coalesce(source_line, -1))) AS line_hash
    FROM ledger.journal_entry WHERE entry_id > $entry
    UNION ALL
    SELECT 2, entry_id, line_number, sha256(concat_ws(chr(31), line_number, company_code, account_code, posting_date, accounting_reason_code,
               company_currency_code, debit_amount, credit_amount, currency_code, currency_amount, coalesce(description, ''),
               coalesce(open_item_key, ''), coalesce(settlement_flag, ''), is_linked, linked_amount, coalesce(unlinked_reason, '')))
    FROM ledger.posting WHERE entry_id > $entry
    UNION ALL
    SELECT 3, item_id, 0, sha256(concat_ws(chr(31), company_code, account_code, open_item_key, side, coalesce(document_number, ''),
               coalesce(CAST(document_date AS VARCHAR), ''), coalesce(CAST(due_date AS VARCHAR), ''), currency_code, original_amount,
               original_amount_company_currency, settled_amount, settled_amount_company_currency, status, coalesce(description, ''), origin))
    FROM ledger.open_item WHERE item_id > $item
    UNION ALL
    SELECT 4, settlement_id, 0, sha256(concat_ws(chr(31), item.company_code, item.open_item_key, settlement.line_number,
               settlement_date, coalesce(settlement_flag, ''), amount, amount_company_currency, matching_rule, undone_at IS NULL))
    FROM ledger.settlement AS settlement JOIN ledger.open_item AS item USING (item_id) WHERE settlement_id > $settlement
    UNION ALL
    SELECT 5, document_id, 0, sha256(concat_ws(chr(31), position, status, coalesce(company_code, ''), coalesce(counterparty_code, ''), content_sha256,
               coalesce(document_type, ''), coalesce(document_number, ''), coalesce(CAST(document_date AS VARCHAR), ''),
               coalesce(currency_code, ''), coalesce(CAST(total_amount AS VARCHAR), ''), coalesce(CAST(payable_amount AS VARCHAR), '')))
    FROM ledger.document WHERE document_id > $document
)
SELECT (SELECT coalesce(max(entry_id), 0) FROM ledger.journal_entry) AS entry,
       (SELECT coalesce(max(item_id), 0) FROM ledger.open_item) AS item,
       (SELECT coalesce(max(settlement_id), 0) FROM ledger.settlement) AS settlement,
       (SELECT coalesce(max(document_id), 0) FROM ledger.document) AS document,
       (SELECT coalesce(max(correction_id), 0) FROM ledger.correction) AS correction,
       (SELECT coalesce(max(import_id), 0) FROM ledger.file_import) AS import,
       (SELECT coalesce(max(invoice_id), 0) FROM ledger.sales_invoice) AS invoice,
       (SELECT sha256(coalesce(string_agg(line_hash, '' ORDER BY kind, first_id, second_id, line_hash), '')) FROM line) AS content_sha256
