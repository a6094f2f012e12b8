-- Grain: one registration that was undone, with its key as it was, the entry that reverses its own now, and another document that
-- stands in the books under that key since: registered, or handled elsewhere. The key is that of its document for the company to
-- which it was addressed then. Inputs: ledger.registration, ledger.document, ledger.reversed_entry; $registration_id.
WITH undone AS (
    SELECT registration.*, document.import_id, reversed.reversal_entry_id,
           concat_ws('|', registration.company_code,
                     CASE WHEN document.company_code IS NULL THEN document.registration_key
                          ELSE substr(document.registration_key, length(document.company_code) + 2) END) AS key
    FROM ledger.registration AS registration
    JOIN ledger.document AS document USING (document_id)
    JOIN ledger.reversed_entry AS reversed ON reversed.entry_id = registration.entry_id
    WHERE registration.registration_id = $registration_id
)
SELECT undone.registration_id, undone.document_id, undone.import_id, undone.entry_id, undone.reversal_entry_id, undone.key AS registration_key,
       (SELECT min(other.document_id) FROM ledger.document AS other
        WHERE other.registration_key = undone.key AND other.document_id <> undone.document_id
          AND other.status IN ('registered', 'handled')) AS other_document_id
FROM undone
