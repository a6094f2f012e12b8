-- Grain: one journal entry per document that is registered now. Inputs: doc_entry, delivered; $now.
INSERT INTO ledger.journal_entry
SELECT entry.entry_id, entry.import_id, delivered.attempt, 'invoice', entry.company_code, entry.accounting_date, entry.invoice_reason, NULL, entry.registration_key, entry.position, NULL, $now
FROM doc_entry AS entry
JOIN delivered USING (import_id)
