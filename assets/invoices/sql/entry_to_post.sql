-- Grain: one journal entry per document that is registered now. Inputs: doc_entry, delivered; $now.
SELECT entry.entry_id, entry.import_id, delivered.attempt, 'invoice' AS entry_kind, entry.company_code,
       entry.accounting_date AS posting_date, entry.invoice_reason AS accounting_reason_code, NULL AS progressive,
       entry.registration_key AS movement_key, entry.position AS source_line, $now AS created_at
FROM doc_entry AS entry
JOIN delivered USING (import_id)
