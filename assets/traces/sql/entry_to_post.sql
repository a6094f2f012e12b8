-- Grain: one journal entry per posted movement; its accounting reason is that of the first line. Inputs: posted_movement, entry_line;
-- $import_id, $attempt, $now.
SELECT posted.entry_id, $import_id AS import_id, $attempt AS attempt, 'trace' AS entry_kind, posted.company AS company_code,
       posted.operation_date AS posting_date, entry.accounting_reason_code, posted.progressive, posted.movement_key,
       posted.first_line AS source_line, $now AS created_at
FROM posted_movement AS posted
JOIN entry_line AS entry ON entry.line_number = posted.first_line
