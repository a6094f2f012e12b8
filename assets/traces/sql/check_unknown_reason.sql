-- Grain: one line whose accounting reason the ledger does not know (D06), or whose description leads to none
-- where the company maps descriptions (D26). Inputs: line, company, company_setting, accounting_reason.
SELECT line.line_number,
       CASE WHEN setting.is_reason_by_description THEN 'operation_description' ELSE 'reason_code' END AS field,
       CASE WHEN setting.is_reason_by_description THEN 'unmapped_operation_description'
            ELSE 'unknown_accounting_reason' END AS finding_code,
       CASE WHEN setting.is_reason_by_description THEN coalesce(line.operation_description, '')
            ELSE line.reason_code END AS raw_value,
       NULL::VARCHAR AS expected
FROM line
JOIN company_setting AS setting ON setting.company_code = line.company
WHERE line.reason_code IS NOT NULL
  AND CASE WHEN setting.is_reason_by_description
           THEN NOT EXISTS (
               SELECT 1 FROM reason_description AS mapped
               WHERE coalesce(mapped.company_code, line.company) = line.company
                 AND mapped.operation_description = line.operation_description)
           ELSE NOT EXISTS (
               SELECT 1 FROM accounting_reason AS reason
               WHERE coalesce(reason.company_code, line.company) = line.company
                 AND reason.accounting_reason_code = line.reason_code) END
