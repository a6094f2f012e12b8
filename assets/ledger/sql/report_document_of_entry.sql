-- Grain: the document behind a journal entry or behind its reversal; no row for other entries. Inputs:
-- ledger.journal_entry, ledger.registration, ledger.document. Parameter: entry_id.
SELECT document.document_id, document.supplier_name, document.document_number, document.document_date
FROM ledger.journal_entry AS entry
JOIN ledger.registration AS registration ON registration.entry_id = coalesce(entry.reverses_entry_id, entry.entry_id)
JOIN ledger.document AS document USING (document_id)
WHERE entry.entry_id = $entry_id
