-- Grain: one posting per line of a posted movement. Inputs: entry_line, posted_movement,
-- new_settlement, unlinked_line, line_description; $import_id.
SELECT posted.entry_id, entry.entry_line_number AS line_number, $import_id AS import_id, entry.line_number AS source_line,
       entry.byte_start, entry.byte_end, entry.company_code, entry.account_code, posted.operation_date AS posting_date,
       entry.accounting_reason_code, entry.company_currency_code, greatest(entry.company_amount, 0) AS debit_amount,
       greatest(-entry.company_amount, 0) AS credit_amount, entry.currency_code, entry.currency_amount,
       coalesce(text.description, entry.file_text) AS description, entry.open_item_key, entry.settlement_flag,
       settlement.line_number IS NOT NULL AS is_linked, coalesce(settlement.applied_company_amount, 0) AS linked_amount,
       unlinked.unlinked_reason
FROM entry_line AS entry
JOIN posted_movement AS posted USING (movement_number)
LEFT JOIN new_settlement AS settlement ON settlement.line_number = entry.line_number
LEFT JOIN unlinked_line AS unlinked ON unlinked.line_number = entry.line_number
LEFT JOIN line_description AS text ON text.line_number = entry.line_number
