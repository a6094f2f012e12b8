-- Grain: one posting per line of a posted movement. Inputs: entry_line, posted_movement,
-- new_settlement, unlinked_line, account, company_setting, line_description.
INSERT INTO ledger.posting
SELECT posted.entry_id, entry.entry_line_number, $import_id, entry.line_number, entry.byte_start,
       entry.byte_end, entry.company_code, entry.account_code,
       posted.operation_date, entry.accounting_reason_code, entry.company_currency_code,
       greatest(entry.company_amount, 0), greatest(-entry.company_amount, 0),
       entry.currency_code, entry.currency_amount,
       coalesce(text.description, entry.file_text),
       entry.open_item_key, entry.settlement_flag,
       settlement.line_number IS NOT NULL, coalesce(settlement.applied_company_amount, 0),
       unlinked.unlinked_reason
FROM entry_line AS entry
JOIN posted_movement AS posted USING (movement_number)
LEFT JOIN new_settlement AS settlement ON settlement.line_number = entry.line_number
LEFT JOIN unlinked_line AS unlinked ON unlinked.line_number = entry.line_number
LEFT JOIN line_description AS text ON text.line_number = entry.line_number
