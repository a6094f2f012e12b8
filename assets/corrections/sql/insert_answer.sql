-- Grain: one answer of a person to a question about a document. Inputs: the parameters.
INSERT INTO ledger.document_answer
VALUES ($answer_id, $document_id, $question, $other_document_id, $answer, $correction_id, $status_before, $requested_by, $reason, $now, NULL)
