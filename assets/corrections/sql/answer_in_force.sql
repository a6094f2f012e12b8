-- Grain: one answer that counts about two documents, in either order. Inputs: ledger.document_answer; $document_id, $other_document_id.
SELECT answer, correction_id, document_id, other_document_id
FROM ledger.document_answer
WHERE undone_at IS NULL
  AND (document_id = $document_id AND other_document_id = $other_document_id
       OR document_id = $other_document_id AND other_document_id = $document_id)
ORDER BY answer_id
