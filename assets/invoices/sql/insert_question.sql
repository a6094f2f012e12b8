-- Grain: one question about a document of this attempt that waits for a person. Inputs: doc_question, doc_state; $now. What is
-- registered although a number is similar asks no more than a look; what is repeated asks nothing.
INSERT INTO ledger.document_question BY NAME
SELECT asked.document_id, asked.question, asked.other_document_id, asked.finding_code, $now AS asked_at
FROM doc_question AS asked
JOIN doc_state AS state USING (document_id)
WHERE state.status <> 'repeated'
