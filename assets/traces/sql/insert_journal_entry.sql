-- Grain: one journal entry per posted movement; its accounting reason is that of the first line.
INSERT INTO ledger.journal_entry
SELECT posted.entry_id, $import_id, $attempt, 'trace', posted.company, posted.operation_date,
       entry.accounting_reason_code, posted.progressive, posted.movement_key, posted.first_line, NULL, $now
FROM posted_movement AS posted
JOIN entry_line AS entry ON entry.line_number = posted.first_line
