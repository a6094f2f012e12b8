-- Grain: one registration of a document that was undone, with who undid it (last), when and why. Inputs: ledger.registration,
-- ledger.reversed_entry, ledger.manual_entry. Parameter: document_id. Order: registration_id.
SELECT registration.registration_id, registration.entry_id, registration.registered_at, registration.registered_by,
       registration.requested_by, registration.undone_at, reversed.reversal_entry_id AS reversed_by_entry_id,
       manual.requested_by AS undone_by, manual.reason AS undone_reason
FROM ledger.registration AS registration
LEFT JOIN ledger.reversed_entry AS reversed ON reversed.entry_id = registration.entry_id
LEFT JOIN ledger.manual_entry AS manual ON manual.entry_id = reversed.reversal_entry_id
WHERE registration.document_id = $document_id AND registration.undone_at IS NOT NULL
ORDER BY registration.registration_id
