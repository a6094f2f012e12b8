-- Grain: one settlement, undone ones included. Inputs: ledger.settlement, ledger.open_item, ledger.posting,
-- ledger.journal_entry, ledger.file_import, ledger.import_attempt, ledger.manual_entry (who asked for it, and why).
-- Parameters: item_id, entry_id (null = all). Order: settlement_id.
SELECT settlement.settlement_id, settlement.settlement_date, item.company_code, item.open_item_key,
       item.account_code, item.currency_code, settlement.amount, posting.company_currency_code,
       settlement.amount_company_currency, settlement.settlement_flag, settlement.matching_rule,
       settlement.entry_id, settlement.line_number, file_import.source_file, file_import.partition_key,
       posting.source_line, posting.byte_start, posting.byte_end, entry.attempt,
       coalesce(attempt.run_id, file_import.run_id) AS run_id, settlement.created_at, settlement.undone_at,
       settlement.undone_by_entry_id, manual.requested_by, manual.reason AS requested_reason,
       'I' || file_import.import_id AS import_number
FROM ledger.settlement
JOIN ledger.open_item AS item ON item.item_id = settlement.item_id
LEFT JOIN ledger.posting
       ON posting.entry_id = settlement.entry_id AND posting.line_number = settlement.line_number
LEFT JOIN ledger.journal_entry AS entry ON entry.entry_id = settlement.entry_id
LEFT JOIN ledger.file_import ON file_import.import_id = entry.import_id
LEFT JOIN ledger.import_attempt AS attempt
       ON attempt.import_id = entry.import_id AND attempt.attempt = entry.attempt
LEFT JOIN ledger.manual_entry AS manual ON manual.entry_id = settlement.entry_id
WHERE ($item_id IS NULL OR settlement.item_id = $item_id)
  AND ($entry_id IS NULL OR settlement.entry_id = $entry_id)
ORDER BY settlement.settlement_id
