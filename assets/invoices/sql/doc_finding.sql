-- Grain: one thing wrong with a document, with its severity and, where the rule says one, its own remedy. Inputs: found_in_documents (what the rules found),
-- reader_finding (what reading and validating found), finding_severity.
CREATE OR REPLACE TEMP TABLE doc_finding AS
SELECT found.*, severity.severity
FROM (
    SELECT document_id, field, finding_code, raw_value, expected, remedy FROM found_in_documents
    UNION ALL
    SELECT doc.document_id, reader.field, reader.finding_code, reader.raw_value, reader.expected, NULL
    FROM reader_finding AS reader JOIN doc USING (file_number, position)
) AS found
JOIN finding_severity AS severity USING (finding_code)
