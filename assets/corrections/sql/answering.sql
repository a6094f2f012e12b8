-- Answers to questions about documents.

-- name: insert_answer
-- Grain: one answer of a person to a question about a document. Inputs: the parameters.
INSERT INTO ledger.document_answer
VALUES ($answer_id, $document_id, $question, $other_document_id, $answer, $correction_id, $status_before,
        $requested_by, $reason, $now, NULL)

-- name: answer_in_force
-- Grain: one answer that counts about two documents, in either order. Inputs: ledger.document_answer; $document_id,
-- $other_document_id.
SELECT answer, correction_id, document_id, other_document_id
FROM ledger.document_answer
WHERE undone_at IS NULL
  AND (document_id = $document_id AND other_document_id = $other_document_id
       OR document_id = $other_document_id AND other_document_id = $document_id)
ORDER BY answer_id

-- name: mark_answer
-- Grain: one answer that is withdrawn, or given again ($is_given). Inputs: $answer_id, $now.
UPDATE ledger.document_answer
SET undone_at = CASE WHEN NOT $is_given THEN $now END, answered_at = CASE WHEN $is_given THEN $now ELSE answered_at END
WHERE answer_id = $answer_id

-- name: asked_finding
-- Grain: one open finding that asked what a person answered now. Inputs: ledger.finding, ledger.document,
-- ledger.document_question; $document_id, $other_document_id, $now, $who, $reason.
SELECT finding.rowid AS finding_row
FROM ledger.document AS document
JOIN ledger.document_question AS asked USING (document_id)
JOIN ledger.finding AS finding ON finding.import_id = document.import_id AND finding.finding_code = asked.finding_code
                              AND finding.document_id = document.document_id
WHERE document.document_id = $document_id AND asked.other_document_id = $other_document_id
  AND finding.resolution IS NULL

-- name: finding_to_ask_again
-- Grain: one finding of a document that an answer ended, which is withdrawn. Inputs: ledger.finding, ledger.document;
-- $document_id, $answered_at.
SELECT finding.rowid AS finding_row
FROM ledger.document AS document
JOIN ledger.finding AS finding ON finding.import_id = document.import_id
                              AND finding.document_id = document.document_id
WHERE document.document_id = $document_id AND finding.resolution = 'dismissed' AND finding.resolved_at = $answered_at
