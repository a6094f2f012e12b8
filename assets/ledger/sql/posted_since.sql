-- Grain: one row: the highest numbers in use, and a hash over the entries, postings, open items, settlements and documents whose numbers are
-- higher than those that are given, as they stand: how many they are, and the two sums of the halves of the hash of each, so that neither
-- order nor memory matter. Numbers count from those that are given, so that a difference shows once, and not in all that follows it.
-- sync_record is the newest record of the audit log if it is that of a sync, of which `posted_sync` has the rest. Inputs:
-- ledger.journal_entry, posting, open_item, settlement, document, correction, file_import, sales_invoice, audit_record; $entry, $item,
-- $settlement, $document.
WITH line AS (
    SELECT concat_ws(chr(31), 'entry', entry_id - $entry, entry_kind, company_code, posting_date, accounting_reason_code,
               coalesce(progressive, ''), coalesce(movement_key, ''), coalesce(source_line, -1)) AS words
    FROM ledger.journal_entry WHERE entry_id > $entry
    UNION ALL
    SELECT concat_ws(chr(31), 'posting', entry_id - $entry, line_number, company_code, account_code, posting_date, accounting_reason_code,
               company_currency_code, debit_amount, credit_amount, currency_code, currency_amount, coalesce(description, ''),
               coalesce(open_item_key, ''), coalesce(settlement_flag, ''), is_linked, linked_amount, coalesce(unlinked_reason, ''))
    FROM ledger.posting WHERE entry_id > $entry
    UNION ALL
    SELECT concat_ws(chr(31), 'item', item_id - $item, company_code, account_code, open_item_key, side, coalesce(document_number, ''),
               coalesce(CAST(document_date AS VARCHAR), ''), coalesce(CAST(due_date AS VARCHAR), ''), currency_code, original_amount,
               original_amount_company_currency, settled_amount, settled_amount_company_currency, status, coalesce(description, ''), origin)
    FROM ledger.open_item WHERE item_id > $item
    UNION ALL
    SELECT concat_ws(chr(31), 'settlement', settlement_id - $settlement, item.company_code, item.open_item_key, settlement.line_number,
               settlement_date, coalesce(settlement_flag, ''), amount, amount_company_currency, matching_rule, undone_at IS NULL)
    FROM ledger.settlement AS settlement JOIN ledger.open_item AS item USING (item_id) WHERE settlement_id > $settlement
    UNION ALL
    SELECT concat_ws(chr(31), 'document', document_id - $document, position, status, coalesce(company_code, ''), coalesce(counterparty_code, ''),
               content_sha256, coalesce(document_type, ''), coalesce(document_number, ''), coalesce(CAST(document_date AS VARCHAR), ''),
               coalesce(currency_code, ''), coalesce(CAST(total_amount AS VARCHAR), ''), coalesce(CAST(payable_amount AS VARCHAR), ''))
    FROM ledger.document WHERE document_id > $document
)
SELECT (SELECT coalesce(max(entry_id), 0) FROM ledger.journal_entry) AS entry,
       (SELECT coalesce(max(item_id), 0) FROM ledger.open_item) AS item,
       (SELECT coalesce(max(settlement_id), 0) FROM ledger.settlement) AS settlement,
       (SELECT coalesce(max(document_id), 0) FROM ledger.document) AS document,
       (SELECT coalesce(max(correction_id), 0) FROM ledger.correction) AS correction,
       (SELECT coalesce(max(import_id), 0) FROM ledger.file_import) AS import,
       (SELECT coalesce(max(invoice_id), 0) FROM ledger.sales_invoice) AS invoice,
       (SELECT record_number FROM ledger.audit_record
        WHERE record_number = (SELECT max(record_number) FROM ledger.audit_record) AND starts_with(action, 'sync')) AS sync_record,
       (SELECT concat_ws(':', count(*), coalesce(sum(md5_number_lower(words)), 0), coalesce(sum(md5_number_upper(words)), 0))
        FROM line) AS content_hash
