-- Grain: one posting that a special case adds to an entry, after the lines of the file; it has the source of the line
-- that caused it. Inputs: numbered_posting, entry_line, posted_movement.
INSERT INTO ledger.posting
SELECT generated.entry_id, generated.entry_line_number, $import_id, entry.line_number, entry.byte_start, entry.byte_end,
       entry.company_code, generated.account_code, posted.operation_date, entry.accounting_reason_code,
       entry.company_currency_code, greatest(generated.company_amount, 0), greatest(-generated.company_amount, 0),
       generated.currency_code, generated.currency_amount, generated.description, generated.open_item_key, NULL,
       generated.settled_amount IS NOT NULL,
       CASE WHEN generated.settled_amount IS NULL THEN 0 ELSE abs(generated.company_amount) END, NULL
FROM numbered_posting AS generated
JOIN entry_line AS entry ON entry.line_number = generated.line_number
JOIN posted_movement AS posted ON posted.movement_number = entry.movement_number
