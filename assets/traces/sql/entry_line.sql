-- Grain: one line of a movement, with amounts from the ledger's view (+ debit, - credit) and the accounting
-- reason that the ledger uses; file_text is what the file says of the line. Inputs: line, movement, company_setting, reason_description, company.
-- entry_line_number counts the lines of the movement from 1; it is counted out only for movements whose
-- lines do not stand together, since a window over a million lines costs as much as all the rest.
CREATE OR REPLACE TEMP TABLE entry_line AS
WITH scattered AS (
    SELECT line.line_number,
           row_number() OVER (PARTITION BY movement.movement_number ORDER BY line.line_number) AS position
    FROM line
    JOIN movement ON movement.company = line.company AND movement.progressive = line.progressive
    WHERE NOT movement.is_contiguous
)
SELECT line.line_number, movement.movement_number,
       coalesce(scattered.position, line.line_number - movement.first_line + 1) AS entry_line_number,
       line.company AS company_code, line.account AS account_code,
       CASE WHEN coalesce(setting.is_reason_by_description, false) THEN coalesce(own.accounting_reason_code, common.accounting_reason_code)
            ELSE line.reason_code END AS accounting_reason_code,
       line.currency AS currency_code,
       CASE WHEN movement.amount_view = 'bank' AND line.line_number <> movement.first_line
            THEN -line.amount ELSE line.amount END AS currency_amount,
       coalesce(company.currency_code, line.company_currency) AS company_currency_code,
       CASE WHEN movement.amount_view = 'bank' AND line.line_number <> movement.first_line
            THEN -line.amount_company_currency ELSE line.amount_company_currency END AS company_amount,
       line.open_item_key, line.settlement_flag, line.byte_start, line.byte_end,
       coalesce(line.note, line.operation_description, line.bank_note) AS file_text
FROM line
JOIN movement ON movement.company = line.company AND movement.progressive = line.progressive
LEFT JOIN scattered ON scattered.line_number = line.line_number
LEFT JOIN company ON company.company_code = line.company
LEFT JOIN company_setting AS setting ON setting.company_code = line.company
LEFT JOIN reason_description AS own
       ON setting.is_reason_by_description AND own.company_code = line.company
      AND own.operation_description = line.operation_description
LEFT JOIN reason_description AS common
       ON setting.is_reason_by_description AND common.company_code IS NULL
      AND common.operation_description = line.operation_description
