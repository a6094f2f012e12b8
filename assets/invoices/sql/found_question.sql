-- Grain: one question about a document, as a finding. Input: doc_question; adds to found_in_documents.
INSERT INTO found_in_documents BY NAME
SELECT document_id, field, finding_code, raw_value, expected, remedy FROM doc_question
