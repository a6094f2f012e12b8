-- Grain: the document behind a journal entry, behind its reversal, or behind the reversal of that; no row for other entries.
-- Inputs: ledger.journal_entry, ledger.registration, ledger.document. Parameter: entry_id.
WITH RECURSIVE origin AS (
    SELECT entry_id, reverses_entry_id FROM ledger.journal_entry WHERE entry_id = $entry_id
    UNION ALL
    SELECT earlier.entry_id, earlier.reverses_entry_id
    FROM origin
    JOIN ledger.journal_entry AS earlier ON earlier.entry_id = origin.reverses_entry_id
)
SELECT document.document_id, document.supplier_name, document.document_number, document.document_date
FROM origin
JOIN ledger.registration AS registration ON registration.entry_id = origin.entry_id
JOIN ledger.document AS document USING (document_id)
