-- Grain: one registration that was undone, with the entry that reverses its own now, and another document that stands in the books
-- since with its identity: registered, or handled elsewhere. A document of which a person said anything
-- but that it is the same invoice is none. Inputs: ledger.registration, ledger.document, ledger.reversed_entry, ledger.document_answer; $registration_id,
-- $despite_document_id (a document that stood beside it before).
SELECT undone.registration_id, undone.document_id, document.import_id, undone.entry_id, reversed.reversal_entry_id,
       (SELECT min(other.document_id) FROM ledger.document AS other
        WHERE other.registration_key = undone.identity_key AND other.document_id <> undone.document_id
          AND other.status IN ('registered', 'handled')
          AND other.document_id IS DISTINCT FROM $despite_document_id
          AND NOT EXISTS (SELECT 1 FROM ledger.document_answer AS answer
                          WHERE answer.answer <> 'same' AND answer.undone_at IS NULL
                            AND (answer.document_id = undone.document_id AND answer.other_document_id = other.document_id
                                 OR answer.document_id = other.document_id AND answer.other_document_id = undone.document_id))) AS other_document_id
FROM ledger.registration AS undone
JOIN ledger.document AS document USING (document_id)
JOIN ledger.reversed_entry AS reversed ON reversed.entry_id = undone.entry_id
WHERE undone.registration_id = $registration_id
