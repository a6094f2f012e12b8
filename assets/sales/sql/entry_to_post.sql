-- Grain: one journal entry per invoice that is booked now. Inputs: sale_entry; $import_id, $attempt, $now.
SELECT entry_id, $import_id AS import_id, $attempt AS attempt, 'sales' AS entry_kind, company_code, document_date AS posting_date,
       sales_reason AS accounting_reason_code, NULL AS progressive, registration_key AS movement_key, line_number AS source_line,
       $now AS created_at
FROM sale_entry
WHERE status = 'booked'
