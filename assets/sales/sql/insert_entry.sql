-- Grain: one journal entry per invoice that is booked now. Inputs: sale_entry; $import_id, $attempt, $now.
INSERT INTO ledger.journal_entry
SELECT entry_id, $import_id, $attempt, 'sales', company_code, document_date, sales_reason, NULL, registration_key, line_number, NULL, $now
FROM sale_entry
WHERE status = 'booked'
