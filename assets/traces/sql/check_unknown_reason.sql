-- Grain: one line whose accounting reason the ledger does not know (D06). Where the company maps descriptions
-- to reasons (D26): one line whose description is not mapped, or mapped to a reason of other companies only.
-- Inputs: line, entry_line, company_setting, accounting_reason.
SELECT line.line_number,
       CASE WHEN setting.is_reason_by_description THEN 'operation_description' ELSE 'reason_code' END AS field,
       CASE WHEN setting.is_reason_by_description AND entry.accounting_reason_code IS NULL
            THEN 'unmapped_operation_description' ELSE 'unknown_accounting_reason' END AS finding_code,
       CASE WHEN setting.is_reason_by_description THEN coalesce(line.operation_description, '')
            ELSE line.reason_code END AS raw_value,
       CASE WHEN setting.is_reason_by_description AND entry.accounting_reason_code IS NOT NULL
            THEN 'a code of accounting_reasons.csv that the company has; the description stands for '
                 || entry.accounting_reason_code END AS expected
FROM line
JOIN entry_line AS entry ON entry.line_number = line.line_number
JOIN company_setting AS setting ON setting.company_code = line.company
WHERE (setting.is_reason_by_description OR line.reason_code IS NOT NULL)
  AND NOT EXISTS (
      SELECT 1 FROM accounting_reason AS reason
      WHERE coalesce(reason.company_code, line.company) = line.company
        AND reason.accounting_reason_code = entry.accounting_reason_code)
