-- credited_document
-- Grain: none; makes the macro of the documents that credit notes in force credit, with how much of each: a credit note credits a document, however
-- often the registration of that was changed. Inputs: ledger.registration, ledger.document. Rows: document_id, credited_amount (positive, in
-- the currency of the credit notes).
CREATE OR REPLACE TEMP MACRO credited_document() AS TABLE
    SELECT credited.document_id, sum(abs(document.payable_amount)) AS credited_amount
    FROM ledger.registration AS note
    JOIN ledger.document AS document USING (document_id)
    JOIN ledger.registration AS credited ON credited.registration_id = note.credits_registration_id
    WHERE note.undone_at IS NULL
    GROUP BY credited.document_id
