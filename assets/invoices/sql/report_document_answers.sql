-- Grain: one answer of a person about a document and another one, whichever was named first. Input: ledger.document_answer.
-- Parameter: document_id. Order: the first one first.
SELECT question, document_id, other_document_id, answer, correction_id, answered_by, reason, answered_at, undone_at
FROM ledger.document_answer
WHERE document_id = $document_id OR other_document_id = $document_id
ORDER BY answer_id
