-- Grain: one posting that a special case adds to an entry, after the lines of the file; it has the source of the line
-- that caused it. Inputs: numbered_posting, entry_line, posted_movement; $import_id.
SELECT generated.entry_id, generated.entry_line_number AS line_number, $import_id AS import_id, entry.line_number AS source_line,
       entry.byte_start, entry.byte_end, entry.company_code, generated.account_code, posted.operation_date AS posting_date,
       entry.accounting_reason_code, entry.company_currency_code, greatest(generated.company_amount, 0) AS debit_amount,
       greatest(-generated.company_amount, 0) AS credit_amount, generated.currency_code, generated.currency_amount,
       generated.description, generated.open_item_key, NULL AS settlement_flag, generated.settled_amount IS NOT NULL AS is_linked,
       CASE WHEN generated.settled_amount IS NULL THEN 0 ELSE abs(generated.company_amount) END AS linked_amount,
       NULL AS unlinked_reason
FROM numbered_posting AS generated
JOIN entry_line AS entry ON entry.line_number = generated.line_number
JOIN posted_movement AS posted ON posted.movement_number = entry.movement_number
